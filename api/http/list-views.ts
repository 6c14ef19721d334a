import type { Filter, Listing, SortKey } from '#platform/directory/stores/listing.ts';

type View = Readonly<Record<string, unknown>>;

/** A page of views that are made, not stored: the same filters, order and marker as for rows of a table. Members are those of the view. */
export function listViews<V extends object>(views: readonly V[], { filters, sort, after, limit }: Listing): V[] {
  const page = filterViews(views, filters)
    .sort((a, b) => compare(a as View, b as View, sort))
    .filter((view) => after === null || compare(view as View, after, sort) > 0);
  return limit === null ? page : page.slice(0, limit);
}

/** Those views that fit every filter, in their own order. */
export const filterViews = <V extends object>(views: readonly V[], filters: Listing['filters']): V[] =>
  views.filter((view) => filters.every((filter) => fits(view as View, filter)));

function fits(view: View, { member, anyOf, by }: Filter): boolean {
  const own = view[member];
  if (!Array.isArray(own)) return anyOf.some((value) => scalarOf(value) === scalarOf(own));
  return anyOf.some((value) => own.includes(value) === (by === 'contains'));
}

/** Booleans in their order. */
const scalarOf = (value: unknown): string | number | null =>
  typeof value === 'boolean' ? Number(value) : typeof value === 'string' || typeof value === 'number' ? value : null;

function compare(a: View, b: View, sort: readonly SortKey[]): number {
  for (const { member, descending, nullAs = '' } of sort) {
    const [left, right] = [scalarOf(a[member]) ?? nullAs, scalarOf(b[member]) ?? nullAs];
    if (left !== right) return left < right === descending ? 1 : -1;
  }
  return 0;
}
