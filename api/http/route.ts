import type { Logger } from '#platform/logging/logger.ts';
import type { ByVersion } from './by-version.ts';
import type { Links } from './links.ts';
import type { Microversion, RequestHeaders } from './microversion.ts';
import type { Policy } from './policy.ts';
import type { Query } from './query.ts';
import type { RequestContext } from './request-context.ts';
import type { Schema } from './validator.ts';

export { Answer } from './answer.ts';

/** A request as handlers see it: authenticated, authorized (unless the handler does that), and validated. */
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
  /** The group of the client's address (`addressGroup`). */
  readonly address: string;
  readonly log: Logger;
  /** Aborts when the client has gone, or the request has taken too long. Reads pass it on, so that work for nobody ends; writes end what they began. */
  readonly signal: AbortSignal;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The body of a successful answer: a schema, no body, or bytes. */
export type ResponseBody = Schema | 'empty' | 'stream';

/** What routes and actions have in common. */
export interface Operation<B = unknown> {
  /** The microversions that have the operation; all others answer 404. */
  readonly since?: number;
  readonly until?: number;
  /** Who may call the operation. Checked for the caller's project before the handler runs, unless `authorizes` is `handler`. */
  readonly policy: Policy;
  /** `handler`: the handler checks the policy itself, because it needs the row first. The frame refuses an answer without a policy check. */
  readonly authorizes?: 'frame' | 'handler';
  /** The success statuses; 200 when absent. Several when the handler chooses among them. */
  readonly status?: number | readonly number[] | ByVersion<number>;
  /** Absent: the frame ignores query parameters, and the handler gets none. */
  readonly query?: ByVersion<Schema>;
  /** Absent: the frame ignores the body. */
  readonly body?: ByVersion<Schema>;
  /** The body of a successful answer. */
  readonly response: ByVersion<ResponseBody>;
  readonly summary: string;
  /** Returns the body, or an Answer, or undefined for an empty one. */
  readonly handle: (request: ApiRequest<B>) => Promise<unknown> | unknown;
}

/** One operation of an API, as data. The same list serves requests, produces the OpenAPI document, and generates property tests. */
export interface Route<B = unknown> extends Operation<B> {
  readonly method: Method;
  /** After the service's base, `/flavors/:id`. */
  readonly path: string;
  /** The actions behind it, for `…/action` routes. */
  readonly actions?: readonly Action[];
  /** `none`: no token needed. `ticket`: accepts a bearer ticket instead of a token. Absent: `required`. */
  readonly token?: 'required' | 'none' | 'ticket';
  /** Describes the service or a version of it: mounted at the service's prefix, with and without a slash at the end, without a token. */
  readonly document?: boolean;
  /** The body is bytes; the handler gets it as an unread `Readable`. */
  readonly streams?: boolean;
  /** Media types of the body besides `application/json`, all of them JSON. */
  readonly consumes?: readonly string[];
  /** The member of the answer to which the parameter `fields` applies. The response schema describes complete views. */
  readonly fields?: string;
  /** `own`: the handler does slow work behind a gate of its own, and takes no turn of the frame while it waits there. */
  readonly turn?: 'own';
  /** Of a POST: the handler itself finds what an earlier request with the same `Idempotency-Key` made, so it may run again after a crash. */
  readonly findsEarlierWork?: boolean;
  /** How long the request may take, in ms. Absent: the default of the frame. */
  readonly timeoutMs?: number;
}

/** Types the body of a route, which its schemas validate, while lists contain routes of any body type. */
export const route = <B = unknown>(definition: Route<B>): Route => definition as unknown as Route;

/** One action of `POST …/action`: chosen by the single top-level key of the body. Its body schema is of the whole body, `{lock: …}`. */
export interface Action<B = unknown> extends Operation<B> {
  readonly name: string;
}

export const action = <B = unknown>(definition: Action<B>): Action => definition as unknown as Action;
