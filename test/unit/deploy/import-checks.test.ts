import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findImportCycles } from '../../../deploy/checks/import-cycles.ts';
import { findUnusedExports } from '../../../deploy/checks/unused-exports.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'volvox-imports-'));
  for (const name of ['api', 'scheduler', 'super-conductor', 'cell', 'platform', 'deploy'])
    mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, text: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

it('finds a cycle of types, through the alias too, once', () => {
  write('api/a.ts', "import type { B } from '../platform/b.ts';\nexport type A = B;\n");
  write('platform/b.ts', "import type { C } from '#platform/c.ts';\nexport type B = C;\n");
  write('platform/c.ts', "import type { A } from '../api/a.ts';\nexport type C = A;\n");
  write('platform/d.ts', "import type { C } from './c.ts';\nexport type D = C;\n");
  expect(findImportCycles(folder)).toEqual([['api/a.ts', 'platform/b.ts', 'platform/c.ts']]);
});

it('finds values that no other file imports', () => {
  write('api/a.ts', 'export const used = 1;\nexport function unused(): void {}\nexport interface Shape {}\n');
  write('api/b.ts', "import { used } from './a.ts';\nimport * as policies from './c.ts';\nuse(used, policies.LIST);\n");
  write('api/c.ts', 'export const LIST = 1;\nexport const SHOW = 2;\n');
  execFileSync('git', ['init', '-q'], { cwd: folder });
  execFileSync('git', ['add', '-A'], { cwd: folder });
  expect(findUnusedExports(folder)).toEqual([
    { file: 'api/a.ts', line: 2, name: 'unused' },
    { file: 'api/c.ts', line: 2, name: 'SHOW' },
  ]);
});
