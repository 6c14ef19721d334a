import { type TObject, type TProperties, type TSchema, Type } from 'typebox';
import { always } from '../http/by-version.ts';
import type { Schema } from '../http/validator.ts';

/** Words of the schemas of bodies. Bounds are those of the columns. */
export const Name = Type.String({ maxLength: 255 });
/** The id of a project or of another thing. */
export const Id = Type.String({ maxLength: 64 });
export const strict = { additionalProperties: false } as const;
export const oneOfValues = <const L extends readonly (string | number)[]>(values: L) =>
  Type.Unsafe<L[number]>({ enum: [...values] });
export const textOrNull = (maxLength: number) => Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength });
/** An attribute of something that is not offered; clients send it empty. */
export const emptyArray = Type.Optional(Type.Array(Type.Unknown(), { maxItems: 0 }));

/** `{network: …}` as the body of an update. */
export const updateBody = <P extends TProperties>(noun: string, members: P) =>
  always(Type.Object({ [noun]: Type.Object(members, strict) }, strict) as TSchema as unknown as Schema);

/** The body of a create: `{network: …}`, or `{networks: […]}` for several at once. */
export const createBody = <S extends TObject>(one: string, many: string, schema: S) =>
  always(
    Type.Object(
      { [one]: Type.Optional(schema), [many]: Type.Optional(Type.Array(schema, { minItems: 1, maxItems: 100 })) },
      { additionalProperties: false, minProperties: 1, maxProperties: 1 },
    ) as TSchema as unknown as Schema,
  );
/** What `createBody` lets through. */
export type Created<T> = Readonly<Record<string, T | T[]>>;

/** What was asked for, and how to wrap the answer in the same way. */
export function readCreate<T>(body: Created<T>, one: string, many: string) {
  const given = body[one] ?? body[many] ?? [];
  const several = Array.isArray(given);
  return {
    items: several ? given : [given],
    answer: (views: readonly object[]) => (several ? { [many]: views } : { [one]: views[0] }),
  };
}
