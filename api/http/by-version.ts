import type { Microversion } from './microversion.ts';

/** What holds from each named microversion on: `{1: createSchema, 19: createSchemaWithDescription}`. */
export type ByVersion<T> = Readonly<Record<number, T>>;

/** The same at every microversion, and what a service without microversions uses. */
export const always = <T>(value: T): ByVersion<T> => ({ 1: value });

/** The value with the highest key that is not above the requested microversion; undefined before the first. */
export function atVersion<T>(values: ByVersion<T>, version: Pick<Microversion, 'minor'>): T | undefined {
  let found: T | undefined;
  // Integer keys are visited in ascending order.
  for (const [from, value] of Object.entries(values)) {
    if (Number(from) > version.minor) break;
    found = value;
  }
  return found;
}
