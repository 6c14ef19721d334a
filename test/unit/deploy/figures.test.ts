import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { figuresOf, figureTable } from '../../../deploy/checks/figures.ts';
import { useSourceFolder } from '../../support/source-folder.ts';

const folder = useSourceFolder();
const track = () => {
  execFileSync('git', ['init', '-q'], { cwd: folder.path });
  execFileSync('git', ['add', '-A'], { cwd: folder.path });
};
const figures = (): Record<string, string> => {
  track();
  return Object.fromEntries(figuresOf(folder.path).map(({ name, value }) => [name.trim(), value]));
};

it('count the files that git tracks, by kind', () => {
  folder.write('.gitignore', 'untracked.ts\n');
  folder.write('api/untracked.ts', 'one;\n');
  folder.write('api/a.ts', 'one;\n');
  folder.write('deploy/b.mjs', 'one;\ntwo;\nthree;\n');
  folder.write('cell/c.ts', 'one;\ntwo;\n');
  folder.write('deploy/generated/d.ts', 'one;\n'.repeat(9));
  folder.write('test/a.test.ts', 'one;\n'.repeat(4));
  track();
  expect(figuresOf(folder.path).slice(0, 8)).toEqual([
    { name: 'source files', value: '3' },
    { name: '  lines, median', value: '2' },
    { name: '  largest', value: '3 deploy/b.mjs' },
    { name: 'test files', value: '1' },
    { name: '  lines, median', value: '4' },
    { name: '  largest', value: '4 test/a.test.ts' },
    { name: 'generated files', value: '1' },
    { name: '  largest', value: '9 deploy/generated/d.ts' },
  ]);
});

it('count what the checks find', () => {
  folder.write('api/a.ts', "import type { B } from './b.ts';\nexport type A = B;\nif (version.minor >= 9) act();\n");
  folder.write('api/b.ts', "import type { A } from './a.ts';\nexport type B = A;\nexport const unused = 1;\n");
  folder.write('cell/c.ts', "reader\n  .insertInto('hosts');\nread.deleteFrom('hosts');\nread.selectFrom('hosts');\n");
  const stretch = ['one();', 'two();', 'three();', 'four();', 'five();', 'six();'].join('\n');
  folder.write('platform/d.ts', stretch);
  folder.write('platform/e.ts', stretch);
  folder.write('test/a.test.ts', stretch);
  expect(figures()).toMatchObject({
    'exports nobody uses': '1',
    'duplicate pairs in sources': '1',
    'duplicate pairs in tests': '0',
    'import cycles, of types too': '1',
    'microversions compared outside of tables': '1',
    'SQL outside of stores': '3',
    'writes through a reader': '2',
  });
});

it('count retired words in what git tracks', () => {
  folder.write('.gitignore', 'notes.md\n');
  folder.write('notes.md', 'A quota hold.\n');
  folder.write('README.md', 'A quota hold.\n');
  expect(figures()).toMatchObject({ 'retired words': '1' });
});

it('stand in one column for each checkout', () => {
  const table = figureTable([
    {
      title: 'before',
      figures: [
        { name: 'source files', value: '1,000' },
        { name: 'cycles', value: '2' },
      ],
    },
    {
      title: 'after',
      figures: [
        { name: 'source files', value: '12' },
        { name: 'cycles', value: '0' },
      ],
    },
  ]);
  expect(table).toBe('              before  after\nsource files  1,000   12\ncycles        2       0\n');
});
