import type { Link } from '../http/links.ts';
import type { ApiRequest } from '../http/route.ts';
import { pageLimit } from './page-limit.ts';

/** `{<name>_links: […]}` when the page is full, so that there may be another one; otherwise nothing. */
export function nextLink(
  name: string,
  path: string,
  request: ApiRequest,
  last: string | undefined,
  count: number,
): Readonly<Record<string, readonly Link[]>> {
  if (last === undefined || count < pageLimit(request.query)) return {};
  return { [`${name}_links`]: [request.links.next(path, request.query, last)] };
}
