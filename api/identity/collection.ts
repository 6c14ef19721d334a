import type { ApiConfig } from '../config.ts';
import type { Attributes } from '../http/listing.ts';
import { type Listed, readPage } from '../http/read-page.ts';
import type { ApiRequest } from '../http/route.ts';
import { collection } from './links.ts';

interface ListedNoun<Row extends { readonly id: string }, Member extends string> extends Listed<Row, Member> {
  /** `users` */
  readonly noun: string;
  readonly attributes: Attributes<Member>;
  readonly view: (row: Row) => object;
}

/** Answers `GET /v3/<noun>`: filtered, sorted, and a page of it where the caller gave a limit. */
export async function answerCollection<Row extends { readonly id: string }, Member extends string>(
  { query, links, signal }: ApiRequest,
  config: Pick<ApiConfig, 'publicUrl'>,
  { noun, attributes, view, ...source }: ListedNoun<Row, Member>,
): Promise<object> {
  const page = await readPage(query, attributes, source, signal);
  const answer = collection(config, noun, page.rows.map(view));
  if (!page.paged || page.next === null) return answer;
  return { ...answer, links: { ...answer.links, next: links.next(`/v3/${noun}`, query, page.next).href } };
}
