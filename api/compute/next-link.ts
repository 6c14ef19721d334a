import type { Link } from '../http/links.ts';
import type { ApiRequest } from '../http/route.ts';
import { pageLimit } from './page-limit.ts';

/** `{<name>_links: […]}` when the page is full, so that there may be another one; otherwise nothing. */
export const nextLink = (
  name: string,
  path: string,
  request: ApiRequest,
  last: string | undefined,
  count: number,
): Readonly<Record<string, readonly Link[]>> => linksUnder(`${name}_links`, path, request, last, count);

/** The same under a key of another form: the action log calls it `links`. */
export function linksUnder(
  key: string,
  path: string,
  request: ApiRequest,
  last: string | undefined,
  count: number,
): Readonly<Record<string, readonly Link[]>> {
  if (last === undefined || count < pageLimit(request.query)) return {};
  return { [key]: [request.links.next(path, request.query, last)] };
}
