import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { sourceFiles } from './source-files.ts';

interface NamedImport {
  /** Who imports. */
  readonly file: string;
  readonly from: string;
  /** Its name where it is exported. */
  readonly name: string;
}

const FOLDERS = ['api', 'scheduler', 'super-conductor', 'cell', 'platform', 'deploy'];
const IMPORT = /^(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'((?:\.{1,2}|#platform)\/[^']+)'/gm;

/** What the files of the repository, without its tests, import from each other by name, types included. Paths are relative to the repository. */
export const namedImports = (repository: string): NamedImport[] =>
  FOLDERS.flatMap((folder) => sourceFiles(join(repository, folder))).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(IMPORT)].flatMap(([, names = '', target = '']) => {
      const from = target.startsWith('#platform/') ? join(repository, target.slice(1)) : resolve(dirname(path), target);
      return names
        .split(',')
        .map((name) =>
          name
            .trim()
            .replace(/^type /, '')
            .replace(/ as .*$/, ''),
        )
        .filter((name) => name !== '')
        .map((name) => ({ file: relative(repository, path), from: relative(repository, from), name }));
    }),
  );
