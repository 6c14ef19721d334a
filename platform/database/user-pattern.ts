import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { VolvoxError } from '../errors/volvox-error.ts';

/** The longest pattern, characters. */
const MAX_PATTERN_LENGTH = 255;

/** ASCII text without a character that means more than itself. */
const PLAIN = /^[ !"#%&',/0-9:;<=>@A-Z_`a-z~-]*$/;
/** Single characters, any character, ends of lines, and marks that are escaped: each step of a match looks at one more character. */
const WITHOUT_BACKTRACKING = /^(?:[^\\^$.[\]|()?*+{}]|\\[^A-Za-z0-9]|[.^$])*$/;

/** Whether a match may take long for its text, so that the query belongs into the pool for patterns (`Database.patterns`). */
export const isCostlyPattern = (pattern: string): boolean => !WITHOUT_BACKTRACKING.test(pattern);

/** How many steps a match may take for one text. MariaDB ends the match there; MySQL has its own limit (`regexp_time_limit`). */
const MAX_STEPS = 100_000;
const MARIADB_LIMIT = sql.raw(`/*M! '(*LIMIT_MATCH=${MAX_STEPS})', */`);

/**
 * Whether a text has what a user's pattern describes, anywhere and without regard to case; `^` and `$` match at each line. A pattern that is plain
 * text needs no expression engine.
 */
export const matchesPattern = (text: RawBuilder<unknown>, pattern: string): RawBuilder<SqlBool> =>
  PLAIN.test(pattern)
    ? sql<SqlBool>`LOCATE(${pattern.toLowerCase()}, LOWER(${text})) > 0`
    : sql<SqlBool>`${text} REGEXP CONCAT(${MARIADB_LIMIT} '(?im)', ${pattern})`;

/** @throws VolvoxError invalid, naming the filter and the bound. */
export function checkPatternLength(filter: string, pattern: string): void {
  if (pattern.length <= MAX_PATTERN_LENGTH) return;
  throw new VolvoxError('invalid', `The filter '${filter}' may have at most ${MAX_PATTERN_LENGTH} characters.`);
}
