import { describe, expect, it } from 'vitest';
import { findDuplicatePairs } from '../../../deploy/checks/duplicate-pairs.ts';

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `step(${from + index});\n`).join('');

describe('a pair of duplicates', () => {
  it('is six lines or more, as far as they go', () => {
    const found = findDuplicatePairs([
      { file: 'a.ts', text: `first;\n${lines(1, 8)}last;\n` },
      { file: 'b.ts', text: `${lines(1, 8)}end;\n` },
    ]);
    expect(found).toEqual([{ lines: 8, first: { file: 'a.ts', line: 2 }, second: { file: 'b.ts', line: 1 } }]);
  });

  it('is not five lines', () => {
    expect(
      findDuplicatePairs([
        { file: 'a.ts', text: lines(1, 5) },
        { file: 'b.ts', text: lines(1, 5) },
      ]),
    ).toEqual([]);
  });

  it('is found in one file too, whatever the indent, blank lines and comments', () => {
    const other = lines(1, 6).replaceAll('step', '  step').replace('\n', '\n\n  // why\n');
    expect(findDuplicatePairs([{ file: 'a.ts', text: `${lines(1, 6)}between;\n${other}` }])).toEqual([
      { lines: 6, first: { file: 'a.ts', line: 1 }, second: { file: 'a.ts', line: 8 } },
    ]);
  });

  it('is no pair of the same imports', () => {
    const imports = `import {\n${lines(1, 9).replaceAll(/step\((\d)\);/g, 'name$1,')}} from './c.ts';\n`;
    expect(
      findDuplicatePairs([
        { file: 'a.ts', text: imports },
        { file: 'b.ts', text: imports },
      ]),
    ).toEqual([]);
  });

  it('is three pairs for a stretch in three places', () => {
    expect(findDuplicatePairs(['a.ts', 'b.ts', 'c.ts'].map((file) => ({ file, text: lines(1, 7) })))).toHaveLength(3);
  });
});
