import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isGenerated, markdownLines } from './markdown-parts.ts';
import {
  type Location,
  OLDER_FORMS,
  RETIRED_WORDS,
  type RetiredWord,
  STANDING_NAMES,
  STANDING_VALUES,
} from './retired-words.ts';
import { sourceParts } from './source-parts.ts';

interface WordHit {
  readonly file: string;
  readonly line: number;
  readonly location: Location;
  readonly retired: RetiredWord;
}

interface WordProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** In characters, of a line of Markdown that is not in a fenced block or a generated report. */
const MAX_MARKDOWN_COLUMNS = 119;

/** The list of the words itself, and what tests it. */
const ABOUT_WORDS = /(?:^|\/)(?:retired-words|words\.test|figures\.test)\.ts$/;
const NOT_OURS: ReadonlySet<string> = new Set(['node_modules', '.git', '.build', '.volvox', 'coverage', 'generated']);
/** A migration that was released never changes. */
const RELEASED = /(?:^|\/)migrations\//;
const CODE_SPAN = /`[^`]*`/g;
const PATH_OR_PACKAGE = /^['"](?:\.{1,2}\/|#|node:)/;

/** Retired words, and lines of Markdown that are too long, in the order of the files. */
export const findWordProblems = (repository: string): readonly WordProblem[] =>
  files(repository, '').flatMap((file) => wordProblems(file, readFileSync(join(repository, file), 'utf8')));

/** The same of one file with this text. */
export function wordProblems(file: string, text: string): readonly WordProblem[] {
  const words = wordHits(file, text).map(({ line, retired }) => ({
    file,
    line,
    message: `'${retired.word}': write '${retired.write}'`,
  }));
  return [...(file.endsWith('.md') ? longLines(file, text) : []), ...words];
}

/** Every retired word of a file. */
export function wordHits(file: string, text: string): readonly WordHit[] {
  if (ABOUT_WORDS.test(file)) return [];
  return file.endsWith('.md') ? inMarkdown(file, text) : inSource(file, text);
}

/** Of all files. */
export const allWordHits = (repository: string): readonly WordHit[] =>
  files(repository, '').flatMap((file) => wordHits(file, readFileSync(join(repository, file), 'utf8')));

function inMarkdown(file: string, page: string): readonly WordHit[] {
  if (isGenerated(page)) return [];
  return markdownLines(page).flatMap(({ line, prose }) => hitsInText(file, line, 'markdown', prose));
}

function inSource(file: string, source: string): readonly WordHit[] {
  return sourceParts(source).flatMap(({ kind, text, offset }) => {
    if (kind === 'string' && (PATH_OR_PACKAGE.test(text) || STANDING_VALUES.has(text.slice(1, -1)))) return [];
    if (kind === 'string' && OLDER_FORMS.test(file)) return [];
    if (kind === 'comment' && RELEASED.test(file)) return [];
    const first = source.slice(0, offset).split('\n').length;
    return text.split('\n').flatMap((part, index) => {
      const line = first + index;
      if (kind === 'code') return OLDER_FORMS.test(file) ? [] : hitsInCode(file, line, part);
      return hitsInText(file, line, kind, kind === 'comment' ? part.replaceAll(CODE_SPAN, '') : part);
    });
  });
}

const hitsInText = (file: string, line: number, location: Location, text: string): readonly WordHit[] =>
  RETIRED_WORDS.filter((retired) => retired.text?.test(text)).map((retired) => ({ file, line, location, retired }));

const hitsInCode = (file: string, line: number, code: string): readonly WordHit[] =>
  (code.match(/[A-Za-z_$][\w$]*/g) ?? []).flatMap((name) => {
    if (STANDING_NAMES.has(name)) return [];
    return RETIRED_WORDS.filter(({ identifier }) => identifier?.test(name)).map((retired) => ({
      file,
      line,
      location: 'identifier' as const,
      retired,
    }));
  });

function longLines(file: string, page: string): readonly WordProblem[] {
  if (isGenerated(page)) return [];
  return markdownLines(page)
    .filter(({ raw, isFenced }) => !isFenced && [...raw].length > MAX_MARKDOWN_COLUMNS)
    .map(({ line, raw }) => ({
      file,
      line,
      message: `${[...raw].length} columns: break the line at ${MAX_MARKDOWN_COLUMNS}, or make a list of the table`,
    }));
}

/** The sources and the pages below a folder, relative to the repository. */
function files(repository: string, folder: string): readonly string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return files(repository, path);
      return /\.(?:ts|md)$/.test(entry.name) ? [path] : [];
    });
}
