import { type Static, type TObject, type TProperties, Type } from 'typebox';
import { always } from '../http/by-version.ts';
import { jsonSchema } from '../http/typebox-schema.ts';

/** Words of the schemas of bodies. Bounds are those of the columns. */
export const Name = Type.String({ maxLength: 255 });
/** The id of a project or of another thing. */
export const Id = Type.String({ maxLength: 64 });
/** An IP address, a CIDR or a MAC address. None is longer; what it says is checked where it is used, and a refusal may quote it. */
export const Address = Type.String({ maxLength: 64 });
export const strict = { additionalProperties: false } as const;
export const oneOfValues = <const L extends readonly (string | number)[]>(values: L) =>
  Type.Unsafe<L[number]>({ enum: [...values] });
export const textOrNull = (maxLength: number) => Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength });
/** An attribute of something that is not offered; clients send it empty. */
export const emptyArray = Type.Optional(Type.Array(Type.Unknown(), { maxItems: 0 }));

/** What `updateBody` lets through. */
export type Updated<Noun extends string, P extends TProperties> = { readonly [_ in Noun]: Static<TObject<P>> };

/** `{network: …}` as the body of an update. */
export const updateBody = <P extends TProperties>(noun: string, members: P) =>
  always(jsonSchema(Type.Object({ [noun]: Type.Object(members, strict) }, strict)));

/** The body of a create: `{network: …}`, or `{networks: […]}` for several at once. */
const createBody = <S extends TObject>(one: string, many: string, schema: S) =>
  always(
    jsonSchema(
      Type.Object(
        { [one]: Type.Optional(schema), [many]: Type.Optional(Type.Array(schema, { minItems: 1, maxItems: 100 })) },
        { ...strict, minProperties: 1, maxProperties: 1 },
      ),
    ),
  );
/** The bodies that create and update a noun. */
export const bodiesOf = <S extends TObject, P extends TProperties>(
  one: string,
  many: string,
  { created, changeable }: { readonly created: S; readonly changeable: P },
) => ({ create: createBody(one, many, created), update: updateBody(one, changeable) });

/** What `createBody` lets through. */
export type Created<T> = Readonly<Record<string, T | T[]>>;

/** The resources of a request body, and a function that wraps the answer as the request was: one resource, or a list. */
export function readCreate<T>(body: Created<T>, one: string, many: string) {
  const given = body[one] ?? body[many] ?? [];
  const several = Array.isArray(given);
  return {
    items: several ? given : [given],
    answer: (views: readonly object[]) => (several ? { [many]: views } : { [one]: views[0] }),
  };
}
