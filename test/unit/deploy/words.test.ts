import { describe, expect, it } from 'vitest';
import { markdownLines } from '../../../deploy/checks/markdown-parts.ts';
import { sourceParts } from '../../../deploy/checks/source-parts.ts';
import { wordHits, wordProblems } from '../../../deploy/checks/words.ts';

const hits = (file: string, text: string): string[] =>
  wordHits(file, text).map(({ line, location, retired }) => `${line} ${location} ${retired.word}`);

describe('the check of words', () => {
  it('fails on a retired word in a page, and says what to write', () => {
    expect(wordProblems('docs/a.md', '# A\n\nEach stray is shown.\n')).toEqual([
      { file: 'docs/a.md', line: 3, message: "'stray': write 'orphaned placement'" },
    ]);
  });

  it('reads no code spans, code blocks or targets of links', () => {
    const page = 'The table `stray_builds` and [it](stray.md).\n\n    stray\n\n```\nstray\n```\n';
    expect(hits('docs/a.md', page)).toEqual([]);
    expect(hits('docs/a.md', '- a list\n    with a stray\n')).toEqual(['2 markdown stray']);
  });

  it('tells identifiers, comments and strings of a source apart', () => {
    const source = `// a stray\nconst addStray = 'one stray';\nconst astray = \`a \${strays} b\`;\n`;
    expect(hits('cell/a.ts', source)).toEqual([
      '1 comment stray',
      '2 identifier stray',
      '2 string stray',
      '3 identifier stray',
    ]);
  });

  it('lets names and values stand that are stored, and what says how an older release named them', () => {
    expect(hits('cell/a.ts', "if (row.state === 'homed' && row.found_power === 1) copyFile(a, b);\n")).toEqual([]);
    expect(hits('cell/a.ts', "say('it is homed');\n")).toEqual(['1 string homed']);
    expect(hits('cell/database/migrations/0001-a.ts', "const strays = 'strays';\n")).toEqual([]);
    expect(hits('cell/database/migrations/0001-a.ts', '// strays\n')).toEqual([]);
    expect(hits('cell/a.ts', '// A phase is `copy`, and no copy is made.\n')).toEqual(['1 comment copy']);
    expect(hits('cell/a.ts', '// In the phase `copy`.\n')).toEqual([]);
  });

  it('does not read what a source imports', () => {
    expect(hits('cell/a.ts', "import { a } from './stray-builds.ts';\n")).toEqual([]);
  });

  it('bounds the lines of a page in characters, but for fenced blocks and generated reports', () => {
    const wide = 'é'.repeat(120);
    expect(wordProblems('docs/a.md', wide)).toEqual([expect.objectContaining({ line: 1 })]);
    expect(wordProblems('docs/a.md', wide.slice(1))).toEqual([]);
    expect(wordProblems('docs/a.md', `| ${wide} |\n    ${wide}\n`)).toHaveLength(2);
    expect(wordProblems('docs/a.md', `\`\`\`\n${wide}\n\`\`\`\n`)).toEqual([]);
    expect(wordProblems('docs/a.md', `Made by \`npm run x\`.\n\n${wide}\n`)).toEqual([]);
  });
});

describe('sourceParts', () => {
  const kinds = (source: string) => sourceParts(source).map(({ kind, text }) => [kind, text]);

  it.each([
    [
      "a = 'b // c'; // d",
      [
        ['code', 'a = '],
        ['string', "'b // c'"],
        ['code', '; '],
        ['comment', '// d'],
      ],
    ],
    [
      'a = b / c / d;',
      [
        ['code', 'a = b '],
        ['code', '/'],
        ['code', ' c '],
        ['code', '/'],
        ['code', ' d;'],
      ],
    ],
    [
      "a = /['`]/g;",
      [
        ['code', 'a = '],
        ['string', "/['`]/g"],
        ['code', ';'],
      ],
    ],
  ])('splits %s', (source, parts) => {
    expect(kinds(source)).toEqual(parts);
  });

  it('finds the end of nested templates', () => {
    const source = `x = \`a \${f({ b: \`c \${d}\` })} e\`; // end`;
    expect(
      sourceParts(source)
        .map(({ text }) => text)
        .join(''),
    ).toBe(source);
    expect(kinds(source).at(-1)).toEqual(['comment', '// end']);
    expect(
      kinds(source)
        .filter(([kind]) => kind === 'string')
        .map(([, text]) => text),
    ).toEqual(['a ', 'c ', '', ' e']);
  });
});

describe('markdownLines', () => {
  it('numbers lines from 1 and marks what is fenced', () => {
    expect(markdownLines('a\n```\nb\n```').map(({ line, isFenced }) => [line, isFenced])).toEqual([
      [1, false],
      [2, true],
      [3, true],
      [4, false],
    ]);
  });
});
