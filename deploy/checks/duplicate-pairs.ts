interface Source {
  readonly file: string;
  readonly text: string;
}

/** One stretch of code that stands in two places. */
interface DuplicatePair {
  readonly lines: number;
  readonly first: Location;
  readonly second: Location;
}

interface Location {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

const MIN_LINES = 6;
const IMPORTS = /^(?:import|export)\b[^;]*?\bfrom\s*'[^']*';$/gm;
const COMMENT = /^(?:\/\/|\/?\*)/;

/**
 * The pairs of places that share six or more lines of code in a row, as long as they go on. Lines are compared without their indent;
 * blank lines, comments and imports do not count. A stretch in three places is three pairs. Pure.
 */
export function findDuplicatePairs(sources: readonly Source[]): readonly DuplicatePair[] {
  const files = sources.map(({ file, text }) => ({ file, lines: codeLines(text) }));
  const windows = new Map<string, { file: number; at: number }[]>();
  const pairs: DuplicatePair[] = [];
  const isEqual = (one: number, at: number, other: number, otherAt: number): boolean => {
    const text = files[one]?.lines[at]?.text;
    return text !== undefined && text === files[other]?.lines[otherAt]?.text;
  };
  const place = (file: number, at: number): Location => ({
    file: files[file]?.file ?? '',
    line: files[file]?.lines[at]?.line ?? 0,
  });
  files.forEach(({ lines }, file) => {
    for (let at = 0; at + MIN_LINES <= lines.length; at++) {
      const window = lines
        .slice(at, at + MIN_LINES)
        .map(({ text }) => text)
        .join('\n');
      const before = windows.get(window) ?? [];
      for (const other of before) {
        // The pair was counted where it began.
        if (isEqual(other.file, other.at - 1, file, at - 1)) continue;
        let length = MIN_LINES;
        while (isEqual(other.file, other.at + length, file, at + length)) length++;
        pairs.push({ lines: length, first: place(other.file, other.at), second: place(file, at) });
      }
      windows.set(window, [...before, { file, at }]);
    }
  });
  return pairs;
}

/** Imports become blank lines, so that the others keep their numbers. */
const codeLines = (text: string): readonly { readonly text: string; readonly line: number }[] =>
  text
    .replaceAll(IMPORTS, (imported) => imported.replaceAll(/[^\n]/g, ''))
    .split('\n')
    .map((line, index) => ({ text: line.trim(), line: index + 1 }))
    .filter((line) => line.text !== '' && !COMMENT.test(line.text));
