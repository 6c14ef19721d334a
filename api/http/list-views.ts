import type { Filter, Listing, SortColumn } from '#platform/directory/stores/listing.ts';

type View = Readonly<Record<string, unknown>>;

/** A page of views that are made, not stored: the same filters, order and marker as for rows of a table. Columns are members of the view. */
export function listViews<V extends object>(views: readonly V[], { filters, sort, after, limit }: Listing): V[] {
  const page = filterViews(views, filters)
    .sort((a, b) => compare(a as View, b as View, sort))
    .filter((view) => after === null || compare(view as View, after, sort) > 0);
  return limit === null ? page : page.slice(0, limit);
}

/** Those views that fit every filter, in their own order. */
export const filterViews = <V extends object>(views: readonly V[], filters: Listing['filters']): V[] =>
  views.filter((view) => filters.every((filter) => fits(view as View, filter)));

const fits = (view: View, { column, anyOf }: Filter): boolean =>
  anyOf.some((value) => asStored(value) === asStored(view[column]));

/** Tables store booleans as 0 and 1. */
const asStored = (value: unknown): string | number | null =>
  typeof value === 'boolean' ? Number(value) : typeof value === 'string' || typeof value === 'number' ? value : null;

function compare(a: View, b: View, sort: readonly SortColumn[]): number {
  for (const { column, descending, nullAs = '' } of sort) {
    const [left, right] = [asStored(a[column]) ?? nullAs, asStored(b[column]) ?? nullAs];
    if (left !== right) return left < right === descending ? 1 : -1;
  }
  return 0;
}
