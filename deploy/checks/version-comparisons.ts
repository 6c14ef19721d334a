import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sourceFiles } from './source-files.ts';

interface VersionComparison {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The only places that may look at the number: what negotiates it, the range of a route, and the tables of steps. */
const MECHANISM: readonly string[] = [
  'api/compute/microversions.ts',
  'api/placement/microversions.ts',
  'api/http/by-version.ts',
  'api/http/admit.ts',
  'api/http/since.ts',
];

/** `minor >= 9`, `9 > version.minor`, `minor === 1`; not `=> minor`. */
const COMPARISON = /\bminor\s*(?:[<>]=?|[=!]==?)|(?:<=?|(?<!=)>=?|[=!]==?)\s*(?:\w+\.)*minor\b/;
const COMMENT = /^\s*(?:\/\/|\/?\*)/;

/**
 * Every comparison of a microversion's number in the API that stands outside of the version tables. A handler or a view that compares
 * hides a step of the API from the documents and from whoever adds the next microversion; `since` (api/http/since.ts) is what they ask.
 */
export function findVersionComparisons(repository: string): VersionComparison[] {
  return sourceFiles(join(repository, 'api')).flatMap((path) => {
    const file = relative(repository, path);
    if (MECHANISM.includes(file)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((text, index) =>
        !COMMENT.test(text) && COMPARISON.test(text) ? [{ file, line: index + 1, text: text.trim() }] : [],
      );
  });
}
