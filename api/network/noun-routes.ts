import type { Directory, DirectoryTx } from '#platform/directory/directory.ts';
import type { Listing } from '#platform/directory/stores/listing.ts';
import type { Attributes } from '../http/listing.ts';
import { noQuery } from '../http/parameter-types.ts';
import { type Authorizing, authorizeOwner, type Policy } from '../http/policy.ts';
import type { RequestContext } from '../http/request-context.ts';
import { type ApiRequest, type Route, route } from '../http/route.ts';
import { answerList } from './answer-list.ts';
import { requiredRevision } from './if-match.ts';
import { emptyResponse, showQuery } from './response-types.ts';

/** A noun that is listed and shown. `Member`: by which members of its rows it is filtered and sorted. */
interface Noun<Row extends { readonly id: string }, Member extends string> {
  /** Of the body with one: `address_group`. */
  readonly one: string;
  /** Of the body with several: `address_groups`. */
  readonly many: string;
  /** The last part of the path: `address-groups`. */
  readonly path: string;
  /** Who may list and show. */
  readonly policy: Policy;
  readonly attributes: Attributes<Member>;
  readonly query: NonNullable<Route['query']>;
  readonly responses: { readonly list: Route['response']; readonly show: Route['response'] };
  /** Those that the caller may know of. */
  readonly list: (request: ApiRequest, listing: Listing<Member | 'id'>) => Promise<readonly Row[]>;
  /** @throws VolvoxError not-found also when the caller may not know of it. */
  readonly get: (caller: RequestContext, id: string) => Promise<Row>;
  readonly views: (rows: readonly Row[], request: ApiRequest) => Promise<readonly object[]> | readonly object[];
}

/** A noun whose types follow from its parts. */
export const nounOf = <Row extends { readonly id: string }, Member extends string>(
  noun: Noun<Row, Member>,
): Noun<Row, Member> => noun;

/** `GET /v2.0/<noun>`: filtered, sorted, in pages. */
export const listRoute = <Row extends { readonly id: string }, Member extends string>(
  noun: Noun<Row, Member>,
  summary: string,
): Route =>
  route({
    method: 'GET',
    path: `/v2.0/${noun.path}`,
    summary,
    policy: noun.policy,
    query: noun.query,
    fields: noun.many,
    response: noun.responses.list,
    handle: (request) =>
      answerList(request, {
        noun: noun.many,
        path: noun.path,
        attributes: noun.attributes,
        list: (listing) => noun.list(request, listing),
        get: (id) => noun.get(request.caller, id),
        views: (rows) => noun.views(rows, request),
      }),
  });

/** `GET /v2.0/<noun>/{id}` */
export const showRoute = <Row extends { readonly id: string }, Member extends string>(
  noun: Noun<Row, Member>,
  summary: string,
): Route =>
  route({
    method: 'GET',
    path: `/v2.0/${noun.path}/:id`,
    summary,
    policy: noun.policy,
    query: showQuery,
    fields: noun.one,
    response: noun.responses.show,
    handle: async (request) => {
      const { caller, params } = request;
      const [view] = await noun.views([await noun.get(caller, params.id ?? '')], request);
      return { [noun.one]: view };
    },
  });

/** What belongs to a project and changes under revisions. */
interface Owned {
  readonly projectId: string;
  readonly revision: number;
}

/** How a noun is deleted. */
interface Deletion<Row extends Owned> {
  readonly summary: string;
  readonly policy: Policy;
  readonly directory: Directory;
  /** The row as it stays until the transaction ends. @throws VolvoxError not-found also when the caller may not know of it. */
  readonly lock: (tx: DirectoryTx, caller: Authorizing, id: string) => Promise<Row>;
  /** @throws VolvoxError conflict while it is in use. */
  readonly remove: (tx: DirectoryTx, locked: Row, caller: Authorizing) => Promise<unknown>;
}

/** `DELETE /v2.0/<noun>/{id}`, of the revision that `If-Match` names. @param path as of the noun. */
export const deleteRoute = <Row extends Owned>(
  { path }: { readonly path: string },
  { summary, policy, directory, lock, remove }: Deletion<Row>,
): Route =>
  route({
    method: 'DELETE',
    path: `/v2.0/${path}/:id`,
    summary,
    policy,
    authorizes: 'handler',
    query: noQuery,
    status: 204,
    response: emptyResponse,
    handle: async ({ caller, headers, params: { id = '' } }) => {
      const checkRevision = requiredRevision(headers);
      await directory.transaction(async (tx) => {
        const row = authorizeOwner(policy, caller, await lock(tx, caller, id));
        checkRevision(row);
        await remove(tx, row, caller);
      });
    },
  });
