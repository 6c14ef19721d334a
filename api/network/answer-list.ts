import type { FastifyRequest } from 'fastify';
import type { Listing } from '#platform/directory/stores/listing.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { selectFields } from '../http/fields.ts';
import { type Attributes, allOf, pageQuery, type Query } from '../http/listing.ts';

export interface Listed<Row extends { readonly id: string }> {
  /** `networks` */
  readonly noun: string;
  readonly attributes: Attributes;
  readonly list: (listing: Listing) => Promise<readonly Row[]>;
  /** @throws VolvoxError not-found */
  readonly get: (id: string) => Promise<Row>;
  readonly views: (rows: readonly Row[]) => Promise<readonly object[]>;
}

/** Answers `GET /v2.0/<noun>`: filtered, sorted, a page of it with the links to its neighbours, only the fields that were asked for. */
export async function answerList<Row extends { readonly id: string }>(
  request: FastifyRequest<{ Querystring: Query }>,
  publicUrl: string,
  { noun, attributes, list, get, views }: Listed<Row>,
): Promise<object> {
  const page = pageQuery(request.query, attributes);
  const after = page.markerId === null ? null : await markerRow(get, page.markerId);
  const found = await list({ filters: page.filters, sort: page.sort, after, limit: page.limit });
  const rows = page.backwards ? [...found].reverse() : found;
  const fields = allOf(request.query.fields);
  const items = (await views(rows)).map((view) => selectFields(view, fields));
  if (page.limit === null) return { [noun]: items };
  const link = (rel: 'next' | 'previous', id: string) => ({
    rel,
    href: pageUrl(request, publicUrl, id, rel === 'previous'),
  });
  const full = rows.length === page.limit;
  const first = rows[0];
  const last = rows.at(-1);
  return {
    [noun]: items,
    [`${noun}_links`]: [
      ...(last !== undefined && (full || page.backwards) ? [link('next', last.id)] : []),
      ...(first !== undefined && page.markerId !== null && (full || !page.backwards)
        ? [link('previous', first.id)]
        : []),
    ],
  };
}

async function markerRow<Row extends { readonly id: string }>(
  get: (id: string) => Promise<Row>,
  id: string,
): Promise<Readonly<Record<string, unknown>>> {
  const row = await get(id).catch((error) => {
    throw isVolvoxError(error, 'not-found') ? new VolvoxError('invalid', `The marker ${id} does not exist.`) : error;
  });
  return { ...row };
}

function pageUrl(request: FastifyRequest, publicUrl: string, marker: string, backwards: boolean): string {
  const [path = '', query = ''] = request.url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('marker', marker);
  parameters.delete('page_reverse');
  if (backwards) parameters.set('page_reverse', 'True');
  return `${publicUrl}${path}?${parameters}`;
}
