import type { Microversion } from './microversion.ts';

type AtVersion = (version: Pick<Microversion, 'minor'>) => boolean;

/**
 * The microversions that added, removed or changed something, as predicates: `const SINCE = since({ tags: 26 })`, `SINCE.tags(version)`. Handlers
 * and views ask such a table and compare no numbers themselves, so that every step of an API stands in some table.
 */
export const since = <K extends string>(table: Readonly<Record<K, number>>): Readonly<Record<K, AtVersion>> =>
  Object.fromEntries(
    Object.entries<number>(table).map(([name, from]): [string, AtVersion] => [name, ({ minor }) => minor >= from]),
  ) as Record<K, AtVersion>;
