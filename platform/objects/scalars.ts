import { Type } from 'typebox';

/** The scalars that contracts are made of. Every one is a plain JSON value. */
export const Uuid = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' });
/** A moment in UTC, ISO 8601 with up to microseconds and a trailing Z. */
export const Timestamp = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z$' });
export const Count = Type.Integer({ minimum: 0 });
export const Name = Type.String({ minLength: 1, maxLength: 255 });
export const StringMap = Type.Record(Type.String(), Type.String());
export const Mac = Type.String({ pattern: '^([0-9a-f]{2}:){5}[0-9a-f]{2}$' });

/** `T | null`. */
export const nullable = <T extends import('typebox').TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
/** A union of string literals from a list. */
export const oneOf = <const L extends readonly string[]>(values: L) =>
  Type.Unsafe<L[number]>({ type: 'string', enum: [...values] });
