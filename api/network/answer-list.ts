import type { Attributes } from '../http/listing.ts';
import { type Listed, readPage } from '../http/read-page.ts';
import type { ApiRequest } from '../http/route.ts';

interface ListedNoun<Row extends { readonly id: string }, Member extends string> extends Listed<Row, Member> {
  /** `networks` */
  readonly noun: string;
  /** The last part of the path, where it is not the noun: `security-groups`. */
  readonly path?: string;
  readonly attributes: Attributes<Member>;
  readonly views: (rows: readonly Row[]) => Promise<readonly object[]> | readonly object[];
}

/** Answers `GET /v2.0/<noun>`: filtered, sorted, a page of it with the links to its neighbors. */
export async function answerList<Row extends { readonly id: string }, Member extends string>(
  { query, links, signal }: ApiRequest,
  { noun, path: last = noun, attributes, list, get, views }: ListedNoun<Row, Member>,
): Promise<object> {
  const page = await readPage(query, attributes, { list, get }, signal);
  const items = { [noun]: await views(page.rows) };
  if (!page.paged) return items;
  const { page_reverse: _direction, ...forwards } = query;
  const path = `/v2.0/${last}`;
  const next = page.next === null ? [] : [links.next(path, forwards, page.next)];
  const previous =
    page.previous === null
      ? []
      : [{ ...links.next(path, { ...forwards, page_reverse: ['True'] }, page.previous), rel: 'previous' }];
  return { ...items, [`${noun}_links`]: [...next, ...previous] };
}
