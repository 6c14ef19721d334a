import type { Filter, SortKey } from '#platform/directory/stores/listing.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { several, strictQuery, string } from './parameter-types.ts';
import type { Query } from './query.ts';
import type { Schema } from './validator.ts';

/** The member of a record (or of a view) that has an attribute of the API, and what its values look like. */
export interface StoredAttribute<Member extends string = string> {
  readonly member: Member;
  /** `list`: of texts; a filter asks whether it contains a value. `moment`: asked for by the second. `tags`: see `matching`. */
  readonly type: 'text' | 'boolean' | 'integer' | 'list' | 'moment' | 'tags';
  /** Of `tags`, a list of texts: which of the tags of a filter (with commas between) the list must have. `all` when absent. */
  readonly matching?: 'all' | 'any' | 'not all' | 'none';
  /** Rewrites the text of a filter as it is stored (an address in its canonical form). */
  readonly canonical?: (value: string) => string;
}
/** An attribute that nothing stores: a filter matches every row or none. */
export interface FixedAttribute {
  readonly matches: (value: string) => boolean;
}
type Attribute<Member extends string = string> = StoredAttribute<Member> | FixedAttribute;
/** The attributes of a noun by which its list is filtered and sorted. */
export type Attributes<Member extends string = string> = Readonly<Record<string, Attribute<Member>>>;

/** Attributes by the type of their member. */
export const member = {
  text: <M extends string>(name: M, canonical?: (value: string) => string): StoredAttribute<M> => ({
    member: name,
    type: 'text',
    ...(canonical === undefined ? {} : { canonical }),
  }),
  boolean: <M extends string>(name: M): StoredAttribute<M> => ({ member: name, type: 'boolean' }),
  integer: <M extends string>(name: M): StoredAttribute<M> => ({ member: name, type: 'integer' }),
  list: <M extends string>(name: M): StoredAttribute<M> => ({ member: name, type: 'list' }),
  moment: <M extends string>(name: M): StoredAttribute<M> => ({ member: name, type: 'moment' }),
} as const;

/** Every row has this value. A value that is null or a list without members matches nothing. */
export const constant = (value: string | boolean | null): FixedAttribute => ({
  matches: typeof value === 'boolean' ? (given) => booleanOf(given) === value : (given) => given === value,
});
/** Tag filters for a resource without tags: a filter that requires a tag matches no row, one that excludes a tag matches every row. */
export const UNTAGGED: Readonly<Record<'tags' | 'tags-any' | 'not-tags' | 'not-tags-any', FixedAttribute>> = {
  tags: { matches: () => false },
  'tags-any': { matches: () => false },
  'not-tags': { matches: () => true },
  'not-tags-any': { matches: () => true },
};

const MAX_LIMIT = 1_000;
const TRUE_WORDS = ['true', 'True', 'TRUE', '1', 'yes', 'on'];
const FALSE_WORDS = ['false', 'False', 'FALSE', '0', 'no', 'off'];

/** A boolean in a query; `booleanOf` reads it. */
export const booleanWord: Schema = { type: 'string', enum: [...TRUE_WORDS, ...FALSE_WORDS] };

/** Where no row is: an empty choice of ids. */
const NOTHING: Filter<'id'> = { member: 'id', anyOf: [] };

/**
 * The parameters of a list: a filter for each attribute, paging, sorting, and the fields to show. Everything else is refused, since a
 * filter that is not applied would widen the answer.
 * @param more further parameters that the handler reads itself.
 */
export function listQuery(attributes: Attributes, more: Readonly<Record<string, Schema>> = {}): Schema {
  return filterQuery(attributes, {
    limit: several({ type: 'string', pattern: '^\\d+$' }),
    marker: several(string),
    page_reverse: several(booleanWord),
    sort_key: several({ type: 'string', enum: sortKeysOf(attributes) }),
    sort_dir: several({ type: 'string', enum: ['asc', 'desc'] }),
    ...more,
  });
}

/** The parameters of a list that comes whole: filters and the fields to show. Everything else is refused. */
export function filterQuery(attributes: Attributes, more: Readonly<Record<string, Schema>> = {}): Schema {
  const filters = Object.entries(attributes).map(([name, attribute]) => [name, several(valuesOf(attribute))]);
  return strictQuery({ ...Object.fromEntries(filters), ...more, ...fieldsParameter });
}

/** Chooses among the members of what is shown; see `fields` of a route. */
export const fieldsParameter = { fields: several(string) } as const;

function valuesOf(attribute: Attribute): Schema {
  switch (isStored(attribute) ? attribute.type : 'text') {
    case 'text':
    case 'list':
    case 'tags':
      return string;
    case 'integer':
      return { type: 'string', pattern: '^-?\\d{1,15}$' };
    case 'boolean':
      return booleanWord;
    case 'moment':
      return { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' };
  }
}

const isStored = <M extends string>(attribute: Attribute<M>): attribute is StoredAttribute<M> => 'member' in attribute;
const sortKeysOf = (attributes: Attributes): string[] =>
  Object.entries(attributes).flatMap(([name, one]) =>
    isStored(one) && one.type !== 'list' && one.type !== 'tags' ? [name] : [],
  );

/** A page as the caller asked for it. `markerId` is to be looked up; `backwards`: the page before it, to be turned round. */
interface PageQuery<Member extends string = string> {
  readonly filters: readonly Filter<Member>[];
  readonly sort: readonly SortKey<Member>[];
  /** null: all. */
  readonly limit: number | null;
  readonly markerId: string | null;
  readonly backwards: boolean;
}

/** Reads what `listQuery` let through. @throws VolvoxError invalid */
export function pageQuery<M extends string>(query: Query, attributes: Attributes<M>): PageQuery<M | 'id'> {
  const backwards = booleanOf(query.page_reverse?.at(-1) ?? 'false');
  return {
    filters: filtersOf(query, attributes),
    sort: sortOf(query, attributes, backwards),
    limit: limitOf(query.limit?.at(-1)),
    markerId: query.marker?.at(-1) ?? null,
    backwards,
  };
}

export const filtersOf = <M extends string>(query: Query, attributes: Attributes<M>): readonly Filter<M | 'id'>[] =>
  Object.entries(attributes).flatMap(([name, attribute]) => filterOf(attribute, query[name] ?? []));

function filterOf<M extends string>(attribute: Attribute<M>, values: readonly string[]): readonly Filter<M | 'id'>[] {
  if (values.length === 0) return [];
  if (!isStored(attribute)) return values.some(attribute.matches) ? [] : [NOTHING];
  const { member, type, matching = 'all', canonical = (value: string) => value } = attribute;
  switch (type) {
    case 'text':
      return [{ member, anyOf: values.map(canonical) }];
    case 'list':
      return [{ member, anyOf: values.map(canonical), by: 'contains' }];
    case 'tags':
      return tagFilters(
        member,
        values.flatMap((value) => value.split(',')),
        matching,
      );
    case 'moment':
      return [{ member, anyOf: values.map(canonical), by: 'begins' }];
    case 'boolean':
      return [{ member, anyOf: values.map(booleanOf) }];
    case 'integer':
      return [{ member, anyOf: values.map(Number) }];
  }
}

function tagFilters<M extends string>(
  member: M,
  tags: readonly string[],
  matching: NonNullable<StoredAttribute['matching']>,
): readonly Filter<M>[] {
  switch (matching) {
    case 'all':
      return tags.map((tag) => ({ member, anyOf: [tag], by: 'contains' }));
    case 'any':
      return [{ member, anyOf: tags, by: 'contains' }];
    case 'not all':
      return [{ member, anyOf: tags, by: 'lacks' }];
    case 'none':
      return tags.map((tag) => ({ member, anyOf: [tag], by: 'lacks' }));
  }
}

export function booleanOf(value: string): boolean {
  const lower = value.toLowerCase();
  if (TRUE_WORDS.includes(lower)) return true;
  if (FALSE_WORDS.includes(lower)) return false;
  throw new VolvoxError('invalid', `'${value.slice(0, 200)}' is not a boolean. Expected: true or false.`);
}

function sortOf<M extends string>(
  query: Query,
  attributes: Attributes<M>,
  backwards: boolean,
): readonly SortKey<M | 'id'>[] {
  const keys = query.sort_key ?? [];
  const directions = query.sort_dir ?? [];
  if (keys.length !== directions.length && directions.length > 0) {
    throw new VolvoxError('invalid', 'There must be as many sort_dir as sort_key, or none.');
  }
  const chosen = keys.flatMap((key, index): SortKey<M>[] => {
    const attribute = attributes[key];
    if (attribute === undefined || !isStored(attribute) || attribute.member === 'id') return [];
    const descending = (directions[index] === 'desc') !== backwards;
    const { member, type } = attribute;
    return [{ member, descending, nullAs: type === 'boolean' || type === 'integer' ? 0 : '' }];
  });
  return [...chosen, { member: 'id', descending: backwards }];
}

function limitOf(value: string | undefined): number | null {
  const limit = Number(value ?? 0);
  return limit === 0 ? null : Math.min(limit, MAX_LIMIT);
}
