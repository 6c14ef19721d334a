import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { findImportCycles } from '../../../deploy/checks/import-cycles.ts';
import { findUnusedExports } from '../../../deploy/checks/unused-exports.ts';
import { useSourceFolder } from '../../support/source-folder.ts';

const folder = useSourceFolder();

it('finds a cycle of types, through the alias too, once', () => {
  folder.write('api/a.ts', "import type { B } from '../platform/b.ts';\nexport type A = B;\n");
  folder.write('platform/b.ts', "import type { C } from '#platform/c.ts';\nexport type B = C;\n");
  folder.write('platform/c.ts', "import type { A } from '../api/a.ts';\nexport type C = A;\n");
  folder.write('platform/d.ts', "import type { C } from './c.ts';\nexport type D = C;\n");
  expect(findImportCycles(folder.path)).toEqual([['api/a.ts', 'platform/b.ts', 'platform/c.ts']]);
});

it('finds values that no other file imports', () => {
  folder.write('api/a.ts', 'export const used = 1;\nexport function unused(): void {}\nexport interface Shape {}\n');
  folder.write(
    'api/b.ts',
    "import { used } from './a.ts';\nimport * as policies from './c.ts';\nuse(used, policies.LIST);\n",
  );
  folder.write('api/c.ts', 'export const LIST = 1;\nexport const SHOW = 2;\n');
  execFileSync('git', ['init', '-q'], { cwd: folder.path });
  execFileSync('git', ['add', '-A'], { cwd: folder.path });
  expect(findUnusedExports(folder.path)).toEqual([
    { file: 'api/a.ts', line: 2, name: 'unused' },
    { file: 'api/c.ts', line: 2, name: 'SHOW' },
  ]);
});
