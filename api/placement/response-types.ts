import type { ByVersion } from '../http/by-version.ts';
import { looseQuery, strictQuery } from '../http/parameter-types.ts';
import type { Schema } from '../http/validator.ts';

/** The same at every microversion; they begin with 1.0. */
export const everyVersion = <T>(value: T): ByVersion<T> => ({ 0: value });

export const emptyResponse = everyVersion<'empty'>('empty');
/** Of what takes no parameters: they were never looked at, and cannot widen the answer. */
export const ignoredQuery = everyVersion(looseQuery({}));

/** Parameters by the microversion that brought them. All others are refused, since a filter that is not applied would widen the answer. */
export function queries(steps: ByVersion<Readonly<Record<string, Schema>>>): ByVersion<Schema> {
  let known: Readonly<Record<string, Schema>> = {};
  return Object.fromEntries(
    Object.entries(steps).map(([from, added]) => {
      known = { ...known, ...added };
      return [from, strictQuery(known)];
    }),
  );
}
