import type { Listing, SortColumn } from '#platform/directory/stores/listing.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

export type Query = Readonly<Record<string, string | readonly string[]>>;

/** How an attribute of the API is kept: its column, and what its values look like. */
export interface Attribute {
  readonly column: string;
  readonly type: 'text' | 'boolean' | 'integer';
}
export type Attributes = Readonly<Record<string, Attribute>>;

export const text = (column: string): Attribute => ({ column, type: 'text' });
export const boolean = (column: string): Attribute => ({ column, type: 'boolean' });
export const integer = (column: string): Attribute => ({ column, type: 'integer' });

const MOST = 1_000;
export const allOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

const wrong = (message: string): VolvoxError =>
  new VolvoxError('invalid', `Invalid input for operation: ${message}.`, { details: { type: 'InvalidInput' } });

/** A page as the caller asked for it. `markerId` is to be looked up; `backwards`: the page before it, to be turned round. */
export interface PageQuery {
  readonly filters: Listing['filters'];
  readonly sort: readonly SortColumn[];
  readonly limit: number | null;
  readonly markerId: string | null;
  readonly backwards: boolean;
}

/** Reads filters, sorting and paging. Parameters that name no attribute are ignored, as Neutron does. @throws VolvoxError invalid */
export function pageQuery(query: Query, attributes: Attributes): PageQuery {
  const backwards = allOf(query.page_reverse).at(-1)?.toLowerCase() === 'true';
  return {
    filters: Object.entries(attributes).flatMap(([name, attribute]) => filterOf(name, attribute, query)),
    sort: sortOf(query, attributes, backwards),
    limit: limitOf(allOf(query.limit).at(-1)),
    markerId: allOf(query.marker).at(-1) ?? null,
    backwards,
  };
}

function filterOf(name: string, { column, type }: Attribute, query: Query): Listing['filters'] {
  const values = allOf(query[name]);
  if (values.length === 0) return [];
  if (type === 'text') return [{ column, anyOf: values }];
  return [
    { column, anyOf: values.map((value) => (type === 'boolean' ? booleanOf(name, value) : integerOf(name, value))) },
  ];
}

function booleanOf(name: string, value: string): number {
  const lower = value.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(lower)) return 1;
  if (['false', '0', 'no', 'off'].includes(lower)) return 0;
  throw wrong(`'${value}' is not a boolean for '${name}'`);
}

function integerOf(name: string, value: string): number {
  if (!/^-?\d+$/.test(value)) throw wrong(`'${value}' is not an integer for '${name}'`);
  return Number(value);
}

function sortOf(query: Query, attributes: Attributes, backwards: boolean): readonly SortColumn[] {
  const keys = allOf(query.sort_key);
  const directions = allOf(query.sort_dir);
  if (keys.length !== directions.length && directions.length > 0) {
    throw wrong('The number of sort_keys and sort_dirs must be same');
  }
  const chosen = keys.map((key, index): SortColumn => {
    const attribute = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (attribute === undefined) throw wrong(`'${key}' is not a sort key`);
    const descending = (directions[index]?.toLowerCase() === 'desc') !== backwards;
    return { column: attribute.column, descending, nullAs: attribute.type === 'text' ? '' : 0 };
  });
  return [...chosen.filter((key) => key.column !== 'id'), { column: 'id', descending: backwards }];
}

function limitOf(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (!/^\d+$/.test(value)) throw wrong(`'${value}' is not a non-negative integer for 'limit'`);
  const limit = Number(value);
  return limit === 0 ? null : Math.min(limit, MOST);
}
