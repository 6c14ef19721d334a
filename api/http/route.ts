import type { Logger } from '#platform/logging/logger.ts';
import type { ByVersion } from './by-version.ts';
import type { Links } from './links.ts';
import type { Microversion, RequestHeaders } from './microversion.ts';
import type { Policy } from './policy.ts';
import type { Query } from './query.ts';
import type { RequestContext } from './request-context.ts';
import type { Schema } from './validator.ts';

export { Answer } from './answer.ts';

/** A request as handlers see it: authenticated, authorized (as far as the route says), validated. */
export interface ApiRequest<B = unknown> {
  readonly version: Microversion;
  readonly caller: RequestContext;
  /** Path parameters by name, decoded; none is empty. */
  readonly params: Readonly<Record<string, string>>;
  /** Only parameters that the route's schema knows. */
  readonly query: Query;
  /** Null without a body; a `Readable` on a route that streams. */
  readonly body: B;
  readonly headers: RequestHeaders;
  /** Path and query as the client sent them. */
  readonly url: string;
  readonly links: Links;
  readonly requestId: string;
  readonly log: Logger;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The body of a successful answer: a schema, no body at all, or bytes. */
export type ResponseBody = Schema | 'empty' | 'stream';

/** What routes and actions have in common. */
export interface Operation<B = unknown> {
  /** The microversions that have it; outside them it is 404. */
  readonly since?: number;
  readonly until?: number;
  /** Who may. Checked before the handler for the caller's own project, unless `authorizes` says otherwise. */
  readonly policy: Policy;
  /** `handler`: the handler checks the policy itself, since it needs the row first. The frame refuses an answer for which no policy was checked. */
  readonly authorizes?: 'frame' | 'handler';
  /** The success statuses; 200 when absent. Several when the handler chooses among them. */
  readonly status?: number | readonly number[] | ByVersion<number>;
  /** Absent: parameters are not looked at, and none reach the handler. */
  readonly query?: ByVersion<Schema>;
  /** Absent: a body is not looked at. */
  readonly body?: ByVersion<Schema>;
  /** What a successful answer carries. */
  readonly response: ByVersion<ResponseBody>;
  readonly summary: string;
  /** Returns the body, or an Answer, or undefined for an empty one. */
  readonly handle: (request: ApiRequest<B>) => Promise<unknown> | unknown;
}

/** One operation of an API, as data: the same list serves requests, describes them (OpenAPI) and generates their property tests. */
export interface Route<B = unknown> extends Operation<B> {
  readonly method: Method;
  /** After the service's base, `/flavors/:id`. */
  readonly path: string;
  /** The actions behind it, for `…/action` routes. */
  readonly actions?: readonly Action[];
  /** `none`: anybody may ask, without a token. `ticket`: a bearer ticket stands in for a token. `required` when absent. */
  readonly token?: 'required' | 'none' | 'ticket';
  /** Describes the service or a version of it: mounted at the service's prefix, with and without a slash at the end, without a token. */
  readonly document?: boolean;
  /** The body is bytes, handed on as a `Readable` before it is read. */
  readonly streams?: boolean;
  /** Media types of the body besides `application/json`, all of them JSON. */
  readonly consumes?: readonly string[];
  /** The member of the answer whose views the parameter `fields` pares down. The response schema describes whole views. */
  readonly fields?: string;
  /** How long the request may take, ms; the frame's own bound when absent. */
  readonly timeoutMs?: number;
}

/** Lets a route say the type of its body (which its schemas have checked) while lists hold routes of any. */
export const route = <B = unknown>(definition: Route<B>): Route => definition as unknown as Route;

/** One action of `POST …/action`: chosen by the single top-level key of the body. Its body schema is of the whole body, `{lock: …}`. */
export interface Action<B = unknown> extends Operation<B> {
  readonly name: string;
}

export const action = <B = unknown>(definition: Action<B>): Action => definition as unknown as Action;
