import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
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

describe('exports that nobody imports', () => {
  const unused = (): readonly string[] => {
    execFileSync('git', ['init', '-q'], { cwd: folder.path });
    execFileSync('git', ['add', '-A'], { cwd: folder.path });
    return findUnusedExports(folder.path).map(({ file, line, name }) => `${file}:${line} ${name}`);
  };

  it('are values and types of every form, by their line', () => {
    const forms = [
      'export const a = 1;',
      'export let b = 1;',
      'export async function c(): Promise<void> {}',
      'export function* d() {}',
      'export abstract class E {}',
      'export interface F {}',
      'export type G<T> = T;',
      'const h = 1;',
      'export { h as i };',
      'export default h;',
    ];
    folder.write('api/a.ts', forms.join('\n'));
    expect(unused()).toEqual(
      ['1 a', '2 b', '3 c', '4 d', '5 E', '6 F', '7 G', '9 i'].map((lineAndName) => `api/a.ts:${lineAndName}`),
    );
  });

  it.each([
    ['by its name', "import { thing } from './a.ts';"],
    ['as a type', "import type { thing } from './a.ts';"],
    ['as a type among values', "import b, { other, type thing as mine } from './a.ts';"],
    ['over several lines', "import {\n  other, // first\n  thing,\n} from './a.ts';"],
    ['by a namespace that is read', "import * as all from './a.ts';\nuse(all.thing);"],
    ['by a namespace that is passed on', "import * as all from './a.ts';\nuse(all);"],
    ['dynamically', "const { other, thing: mine } = await import('./a.ts');"],
    ['dynamically, by a name', "const all = await import('./a.ts');\nuse(all.thing);"],
    ['dynamically, as a member', "use((await import('./a.ts')).thing);"],
    ['dynamically, as a whole', "load(() => import('./a.ts'));"],
    ['as the type of an import', "type Mine = import('./a.ts').thing;"],
    ['as the type of the module', "type Mine = (typeof import('./a.ts'))['thing'];"],
    ['as a member of that type', "type All = typeof import('./a.ts');\ntype Mine = All.thing;"],
    ['to export it again', "export { thing as default } from './a.ts';"],
  ])('are not those that are imported %s', (_way, text) => {
    folder.write('api/a.ts', 'export const thing = 1;\n');
    folder.write('api/b.ts', `${text}\n`);
    expect(unused()).toEqual([]);
  });

  it.each([
    ['the same name of another file', "import { thing } from './c.ts';"],
    ['another name of that file', "import { other } from './a.ts';"],
    ['another name of a namespace', "import * as all from './a.ts';\nuse(all.other, mine.all.thing);"],
    ['it in a comment', "// import { thing } from './a.ts';"],
    ['it in a string', `const text = "import { thing } from './a.ts'";`],
  ])('are those of which a file names %s', (_what, text) => {
    folder.write('api/a.ts', 'export const thing = 1;\n');
    folder.write('api/b.ts', `${text}\n`);
    expect(unused()).toEqual(['api/a.ts:1 thing']);
  });

  it('are not those that are imported by the alias', () => {
    folder.write('platform/x/a.ts', 'export const thing = 1;\n');
    folder.write('cell/b.ts', "import { thing } from '#platform/x/a.ts';\n");
    expect(unused()).toEqual([]);
  });

  it('are not those that somebody imports from a file that exports them all again', () => {
    folder.write('api/a.ts', 'export const thing = 1;\nexport const other = 1;\n');
    folder.write('api/b.ts', "export * from './a.ts';\n");
    folder.write('api/c.ts', "import { thing } from './b.ts';\n");
    expect(unused()).toEqual(['api/a.ts:2 other']);
  });

  it('are those that only a test uses, unless their own file uses them too', () => {
    folder.write('api/a.ts', 'export const unit = 1;\nexport const dead = 1;\nuse(unit, my.dead);\n');
    folder.write('test/a.test.ts', "import { dead, unit } from '../api/a.ts';\nimport { help } from './help.ts';\n");
    folder.write('test/help.ts', 'export const help = 1;\nexport const noHelp = 1;\n');
    expect(unused()).toEqual(['api/a.ts:2 dead', 'test/help.ts:2 noHelp']);
  });

  it('are not the types that the compiler names in declarations', () => {
    folder.write(
      'api/a.ts',
      'export interface Named {}\nexport interface Other {}\nexport const make = (): Named => ({});\n',
    );
    folder.write('api/b.ts', "import { make } from './a.ts';\nconst made = make();\n");
    folder.write('.build/types/api/api/b.d.ts', 'declare const made: import("./a.ts").Named;\n');
    folder.write('.gitignore', '.build\n');
    expect(unused()).toEqual(['api/a.ts:2 Other']);
  });

  it('are never those of generated files', () => {
    folder.write('deploy/generated/a.ts', 'export const thing = 1;\n');
    expect(unused()).toEqual([]);
  });
});
