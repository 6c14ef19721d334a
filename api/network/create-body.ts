import { type Static, type TObject, Type } from 'typebox';

/** `{network: …}`, or `{networks: […]}` for several at once. */
export const createBody = <S extends TObject>(one: string, many: string, schema: S) =>
  Type.Unsafe<Record<string, Static<S> | Static<S>[]>>(
    Type.Object(
      { [one]: Type.Optional(schema), [many]: Type.Optional(Type.Array(schema, { minItems: 1, maxItems: 100 })) },
      { additionalProperties: false, minProperties: 1, maxProperties: 1 },
    ),
  );

/** What was asked for, and how to wrap the answer in the same way. */
export function readCreate<T>(body: Readonly<Record<string, T | T[]>>, one: string, many: string) {
  const given = body[one] ?? body[many] ?? [];
  const several = Array.isArray(given);
  return {
    items: several ? given : [given],
    answer: (views: readonly object[]) => (several ? { [many]: views } : { [one]: views[0] }),
  };
}
