import type { ByVersion } from './by-version.ts';
import { arrayOf, object, orNull, string } from './parameter-types.ts';
import type { Schema } from './validator.ts';

/** Words for what answers carry. */

/** The members of an object by name. A name that ends in `?` is of a member that may be missing. */
export type Members = Readonly<Record<string, Schema>>;
/** What a microversion changes of the members: it adds or replaces them; undefined takes one away. */
export type MemberChanges = Readonly<Record<string, Schema | undefined>>;

const bare = (name: string): string => name.replace(/\?$/, '');

/** An object of exactly these members. */
export const shape = (members: Members): Schema =>
  object(
    Object.fromEntries(Object.entries(members).map(([name, schema]) => [bare(name), schema])),
    Object.keys(members).filter((name) => !name.endsWith('?')),
  );

/** An object whose members changed: `shapes({ 1: { id, name }, 19: { description }, 57: { personality: undefined } })`. */
export function shapes(changes: ByVersion<MemberChanges>): ByVersion<Schema> {
  let members: Members = {};
  const steps = Object.entries(changes).map(([from, change]): [string, Schema] => {
    const changed = new Set(Object.keys(change).map(bare));
    const kept = Object.entries(members).filter(([name]) => !changed.has(bare(name)));
    const added = Object.entries(change).flatMap(([name, schema]) => (schema === undefined ? [] : [[name, schema]]));
    members = Object.fromEntries([...kept, ...added]);
    return [from, shape(members)];
  });
  return Object.fromEntries(steps);
}

/** The steps of several tables as one; of the same step, later tables win. */
export const together = (...tables: readonly ByVersion<MemberChanges>[]): ByVersion<MemberChanges> => {
  const steps = new Set(tables.flatMap((table) => Object.keys(table).map(Number)));
  return Object.fromEntries(
    [...steps].map((minor) => [minor, Object.assign({}, ...tables.map((table) => table[minor] ?? {}))]),
  );
};

export const integer: Schema = { type: 'integer' };
export const number: Schema = { type: 'number' };
export const flag: Schema = { type: 'boolean' };
export const stringOrNull: Schema = orNull(string);
export const integerOrNull: Schema = orNull(integer);
/** A list that nothing can be in, for attributes whose values are not offered. */
export const emptyList: Schema = arrayOf({}, { maxItems: 0 });
/** A moment in UTC, whole seconds or finer. */
export const moment: Schema = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z$' };
export const momentOrNull: Schema = orNull(moment);
export const oneOf = (...values: readonly string[]): Schema => ({ type: 'string', enum: values });
/** Text by names that users choose. */
export const textMap: Schema = { type: 'object', additionalProperties: string };
export const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
export const links: Schema = arrayOf(shape({ rel: string, href: string }));
/** A page of a list, `{things: […], things_links: […]}`: the link is there when there may be another page. */
export const pageOf = (name: string, item: Schema): Schema =>
  shape({ [name]: arrayOf(item), [`${name}_links?`]: links });

/** The schema of a contract with every object in it closed, for answers that hand on what a cell says. */
export function closed({ properties, items, anyOf, ...rest }: Schema): Schema {
  const members = Object.entries((properties ?? {}) as Readonly<Record<string, Schema>>);
  return {
    ...rest,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(members.map(([name, member]) => [name, closed(member)])),
          additionalProperties: false,
        }),
    ...(items === undefined ? {} : { items: closed(items as Schema) }),
    ...(anyOf === undefined ? {} : { anyOf: (anyOf as readonly Schema[]).map(closed) }),
  };
}
