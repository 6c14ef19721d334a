import { lastOf, type Query } from '../http/query.ts';

/** The longest page of any list, and the page of who asks for none. */
export const MAX_PER_PAGE = 1_000;

/** The page that is asked for; the route's schema has checked that it is a number. */
export function pageLimit(query: Query): number {
  const asked = lastOf(query, 'limit');
  return asked === undefined || asked === '' ? MAX_PER_PAGE : Math.min(MAX_PER_PAGE, Number(asked));
}
