import type { Microversion } from './microversion.ts';

/** Values that apply from each named microversion on: `{1: createSchema, 19: createSchemaWithDescription}`. */
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

/** The values of all steps up to the requested microversion, for tables in which each step adds something. */
export const upToVersion = <T>(values: ByVersion<T>, version: Pick<Microversion, 'minor'>): readonly T[] =>
  Object.entries(values).flatMap(([from, value]) => (Number(from) > version.minor ? [] : [value]));

/** The same steps, each value made into another. */
export const mapVersions = <A, B>(values: ByVersion<A>, make: (value: A) => B): ByVersion<B> =>
  Object.fromEntries(Object.entries(values).map(([from, value]) => [from, make(value)]));

/** The steps of both: a value for each microversion at which one of the two changed. Before the first of either there is none. */
export function joinVersions<A, B, C>(
  one: ByVersion<A>,
  other: ByVersion<B>,
  make: (one: A, other: B) => C,
): ByVersion<C> {
  const steps = new Set([...Object.keys(one), ...Object.keys(other)].map(Number));
  return Object.fromEntries(
    [...steps].flatMap((minor) => {
      const [left, right] = [atVersion(one, { minor }), atVersion(other, { minor })];
      return left === undefined || right === undefined ? [] : [[minor, make(left, right)]];
    }),
  );
}

/** The steps of `before`, and from a microversion on those of `after`. */
export const replacedAt = <T>(minor: number, before: ByVersion<T>, after: ByVersion<T>): ByVersion<T> => {
  const steps = joinVersions(before, after, (one, other) => ({ one, other }));
  const taken = Object.entries(steps).map(([from, { one, other }]) => [from, Number(from) < minor ? one : other]);
  return Object.fromEntries([...taken, [minor, atVersion(after, { minor })]]);
};
