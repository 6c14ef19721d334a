import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Microversion } from '../compute/microversions.ts';
import { atVersion, type ByVersion } from './by-version.ts';
import type { Links } from './links.ts';
import { authorize, type Policy } from './policy.ts';
import type { Query } from './query.ts';
import type { RequestContext } from './request-context.ts';
import { type Schema, validate } from './validator.ts';

/** A request as handlers see it: authenticated, authorized (as far as the route says), validated. */
export interface ComputeRequest<B = unknown> {
  readonly version: Microversion;
  readonly caller: RequestContext;
  /** Path parameters by name. */
  readonly params: Readonly<Record<string, string>>;
  /** Only parameters that the route's schema knows. */
  readonly query: Query;
  readonly body: B;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly links: Links;
  readonly requestId: string;
  readonly log: Logger;
}

/** An answer with more to say than a body. */
export class Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One operation of the API, as data: the same list serves requests and describes them (OpenAPI). */
export interface Route<B = unknown> {
  readonly method: Method;
  /** After the version prefix, `/flavors/:id`. */
  readonly path: string;
  /** The microversions that have it; outside them it is 404. */
  readonly since?: number;
  readonly until?: number;
  /** Checked before the handler, for the caller's own project. Absent: the handler authorizes by itself (it needs the row first). */
  readonly policy?: Policy;
  /** The success status; 200 by default. */
  readonly status?: number | ByVersion<number>;
  /** Absent: parameters are not looked at, and none reach the handler. */
  readonly query?: ByVersion<Schema>;
  /** Absent: a body is not looked at. */
  readonly body?: ByVersion<Schema>;
  readonly summary: string;
  /** The actions behind it, for `…/action` routes. */
  readonly actions?: readonly Action[];
  /** Returns the body, or an Answer, or undefined for an empty one. */
  readonly handle: (request: ComputeRequest<B>) => Promise<unknown> | unknown;
}

/** Lets a route say the type of its body (which its schemas have checked) while lists hold routes of any. */
export const route = <B = unknown>(definition: Route<B>): Route => definition as unknown as Route;

/** One action of `POST …/action`: chosen by the single top-level key of the body. */
export interface Action<B = unknown> {
  readonly name: string;
  readonly since?: number;
  readonly until?: number;
  readonly policy?: Policy;
  readonly status?: number | ByVersion<number>;
  /** Of the whole body, `{lock: …}`. Absent: anything goes. */
  readonly body?: ByVersion<Schema>;
  readonly summary: string;
  readonly handle: (request: ComputeRequest<B>) => Promise<unknown> | unknown;
}

export const action = <B = unknown>(definition: Action<B>): Action => definition as unknown as Action;

/** The route that dispatches to actions. */
export function actionRoute(path: string, actions: readonly Action[]): Route {
  const byName = new Map(actions.map((one) => [one.name, one]));
  return {
    method: 'POST',
    path,
    summary: 'Carries out an action; the body has one key, its name.',
    actions,
    handle: async (request) => {
      const keys =
        request.body !== null && typeof request.body === 'object' && !Array.isArray(request.body)
          ? Object.keys(request.body)
          : [];
      const [name] = keys;
      if (name === undefined || keys.length !== 1) throw new VolvoxError('invalid', 'Malformed request body');
      const chosen = byName.get(name);
      if (chosen === undefined) throw new VolvoxError('invalid', `There is no such action: ${name}`);
      return perform(chosen, request);
    },
  };
}

/** What routes and actions share. @returns an Answer. */
export async function perform(
  operation: Pick<Route, 'since' | 'until' | 'policy' | 'status' | 'query' | 'body' | 'handle'>,
  request: ComputeRequest,
): Promise<Answer> {
  const { version } = request;
  if (version.minor < (operation.since ?? 0) || version.minor > (operation.until ?? Number.POSITIVE_INFINITY)) {
    throw new VolvoxError('not-found', `API version '2.${version.minor}' is not supported on this method.`);
  }
  if (operation.policy !== undefined) authorize(operation.policy, request.caller);
  const querySchema = operation.query && atVersion(operation.query, version);
  const query = querySchema === undefined ? {} : checkedQuery(querySchema, request.query, version);
  const bodySchema = operation.body && atVersion(operation.body, version);
  if (bodySchema !== undefined) validate(bodySchema, request.body, 'body', version.legacy);
  const result = await operation.handle({ ...request, query });
  if (result instanceof Answer) return result;
  const { status } = operation;
  return new Answer((typeof status === 'object' ? atVersion(status, version) : status) ?? 200, result);
}

/** Only what the schema names is handed on, so that no handler acts on an unchecked parameter. */
function checkedQuery(schema: Schema, query: Query, version: Microversion): Query {
  validate(schema, query, 'query', false);
  if (version.minor < 1) return query;
  const known = Object.keys((schema.properties ?? {}) as object);
  const patterns = Object.keys((schema.patternProperties ?? {}) as object).map((text) => new RegExp(text, 'u'));
  return Object.fromEntries(
    Object.entries(query).filter(([name]) => known.includes(name) || patterns.some((pattern) => pattern.test(name))),
  );
}
