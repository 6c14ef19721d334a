import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

const TOP_FOLDERS = ['api', 'scheduler', 'super-conductor', 'cell', 'platform', 'deploy'];

interface SourceFolder {
  readonly path: string;
  write(file: string, text: string): void;
}

/** A repository with the top folders and nothing in them, anew for each test. */
export function useSourceFolder(): SourceFolder {
  let path = '';
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'volvox-source-'));
    for (const name of TOP_FOLDERS) mkdirSync(join(path, name));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));
  return {
    get path() {
      return path;
    },
    write: (file, text) => {
      const target = join(path, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    },
  };
}
