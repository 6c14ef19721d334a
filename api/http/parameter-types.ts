import type { Schema } from './validator.ts';

/** Words that the schemas of many nouns share (nova/api/validation/parameter_types.py). */

/** An object with exactly these members. */
export const object = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 ? { required } : {}),
  additionalProperties: false,
});
/** A body of one member, `{server: {…}}`. */
export const wrapped = (name: string, schema: Schema): Schema => object({ [name]: schema }, [name]);
/** Adds members to a schema made by `object`. */
export const extend = (schema: Schema, properties: Readonly<Record<string, Schema>>): Schema => ({
  ...schema,
  properties: { ...(schema.properties as object), ...properties },
});
/** Takes members away from a schema made by `object`. */
export const without = (schema: Schema, ...names: readonly string[]): Schema => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties as Record<string, Schema>).filter(([name]) => !names.includes(name)),
  ),
});
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
export const arrayOf = (items: Schema, rest: Schema = {}): Schema => ({ type: 'array', items, ...rest });
export const nothing: Schema = { type: 'null' };

const TRUES = [true, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', 'y', 't'];
const FALSES = [false, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no', 'n', 'f'];
/** A flag, or `auto`: the server finds it out. */
export const booleanOrAuto: Schema = { type: ['boolean', 'string'], enum: [...TRUES, ...FALSES, 'auto'] };
export const boolean: Schema = { type: ['boolean', 'string'], enum: [...TRUES, ...FALSES] };
/** Reads what `boolean` lets through. */
export const isTrue = (value: unknown): boolean => TRUES.includes(value as never);

export const string: Schema = { type: 'string' };
export const name: Schema = { type: 'string', minLength: 1, maxLength: 255, format: 'name' };
/** From 2.1 to `/v2`'s end names with spaces around were let through and trimmed. */
export const nameWithSpaces: Schema = { ...name, format: 'name_with_leading_trailing_spaces' };
export const description: Schema = {
  type: ['string', 'null'],
  minLength: 0,
  maxLength: 255,
  pattern: '^[^\\p{Cc}\\p{Cf}\\p{Cs}]*$',
};
export const uuid: Schema = { type: 'string', format: 'uuid' };
export const nonNegativeInteger: Schema = {
  type: ['integer', 'string'],
  pattern: '^[0-9]*$',
  minimum: 0,
  minLength: 1,
};
export const positiveInteger: Schema = {
  type: ['integer', 'string'],
  pattern: '^[0-9]*$',
  minimum: 1,
  minLength: 1,
};
export const ipv4: Schema = { type: 'string', format: 'ipv4' };
export const ipv6: Schema = { type: 'string', format: 'ipv6' };
export const ipAddress: Schema = { type: 'string', oneOf: [{ format: 'ipv4' }, { format: 'ipv6' }] };
export const hostName: Schema = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-._]*$' };
/** A key pair, flavor or server name as a reference. */
export const flavorRef: Schema = { type: ['string', 'integer'], minLength: 1 };
export const diskConfig: Schema = { type: 'string', enum: ['AUTO', 'MANUAL'] };
export const metadata: Schema = {
  type: 'object',
  patternProperties: { '^[a-zA-Z0-9-_:. ]{1,255}$': { type: 'string', maxLength: 255 } },
  additionalProperties: false,
};
export const tag: Schema = { type: 'string', minLength: 1, maxLength: 60, pattern: '^[^,/]*$' };
export const deviceTag: Schema = tag;

/** Query schemas: a parameter is the list of the values it was given. */
export const several = (items: Schema): Schema => ({ type: 'array', items });
export const single = (items: Schema): Schema => ({ type: 'array', maxItems: 1, items });
/** Unknown parameters are ignored (and taken away). */
export const looseQuery = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  additionalProperties: true,
});
/** Unknown parameters are refused. */
export const strictQuery = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
});
/** No parameters are known; others were ignored until 2.102 refused them. For routes without any of their own. */
export const noQuery = { 1: looseQuery({}), 102: strictQuery({}) } as const;
/** Parameters are ignored at every microversion: operations that change something, which were never tightened. */
export const ignoredQuery = { 1: looseQuery({}) } as const;
/** Paging. */
export const limitAndMarker = { limit: several(nonNegativeInteger), marker: several(string) } as const;
