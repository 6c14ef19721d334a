const WRITE = /\bread(?:er)?\s*\.(?:insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\(/g;

/**
 * How often a source writes to a database through what it calls its reader. The type of `Database.read` has no way to write, so the
 * compiler allows none today; older checkouts had a type that did.
 */
export const countWritesThroughReaders = (source: string): number => [...source.matchAll(WRITE)].length;
