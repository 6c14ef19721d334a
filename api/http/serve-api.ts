import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { addressGroup, budgetKeyOf } from '../budgets/budget-key.ts';
import type { RequestBudgets } from '../budgets/request-budgets.ts';
import type { Caller } from '../identity/caller.ts';
import { admit, versionOf } from './admit.ts';
import type { Answer } from './answer.ts';
import type { ApiService } from './api-service.ts';
import { HANDLER_TIMEOUT_MS } from './app-options.ts';
import { authenticate, DEFAULT_POLICY_SOURCE, type PolicySource, type TokenVerifier } from './authenticate.ts';
import { checkResponse } from './check-response.ts';
import { noSuchPath, sendFault } from './faults.ts';
import { withFields } from './fields.ts';
import { HttpFault } from './http-fault.ts';
import { runKeyed } from './idempotency/keyed-work.ts';
import { acceptJson } from './json-body.ts';
import { KnownPaths } from './known-paths.ts';
import { Links } from './links.ts';
import type { Microversion } from './microversion.ts';
import { openApiDocument } from './openapi-document.ts';
import { perform } from './perform.ts';
import { policy, wasAuthorized } from './policy.ts';
import { parseQuery } from './query.ts';
import type { ApiRequest, Route } from './route.ts';
import { sendRead } from './send-read.ts';
import { awaitTurn, endTurn, signalOf, takeTurn, workOf } from './turn.ts';
import { withinTime } from './within-time.ts';

interface ServeOptions {
  readonly service: ApiService;
  readonly routes: readonly Route[];
  readonly tokens: TokenVerifier;
  /** Absent: those of the table. */
  readonly policies?: PolicySource;
  /** How clients reach the front, `http://host:8774`. */
  readonly publicUrl: string;
  readonly budgets: RequestBudgets;
  /** Check every answer against what its route declares, for development and tests. */
  readonly checkResponses?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The declared route behind a handler. */
    readonly declared?: Route;
    /** Where it is mounted below the prefix of its API. */
    readonly base?: string;
  }
}

/** Optional in a path since 2.18, and let through before it as well. */
const PROJECT = '/:project_id(^[0-9a-f-]{8,64}$)';
const BYTES = 'application/octet-stream';

/**
 * Serves one API: it adds request ids to answers, checks tokens first, reads bodies as clients send them, and reports errors and unknown paths in
 * the format of the API. Each API is encapsulated from the others.
 */
export function serveApi(app: FastifyInstance, options: ServeOptions): void {
  const { service, routes } = options;
  const identityUrl = `${options.publicUrl}/identity`;
  app.register(
    async (api) => {
      const paths = new KnownPaths();
      paths.watch(api);
      const mediaTypes = new Set(routes.flatMap((route) => route.consumes ?? []));
      acceptJson(api, service.faults.malformedJson, [...mediaTypes]);
      if (routes.some((route) => route.streams)) {
        api.addContentTypeParser(BYTES, (_request, payload, done) => done(null, payload));
      }
      const count = (caller: Caller, request: FastifyRequest) => options.budgets.count(budgetKeyOf(caller, request.ip));
      const authenticated = authenticate(service, options.tokens, options.policies ?? DEFAULT_POLICY_SOURCE, count);
      api.addHook('onRequest', async (request, reply) => {
        await authenticated(request, reply);
        admit(service, request, reply);
      });
      api.addHook('preValidation', awaitTurn(options.budgets));
      api.addHook('onSend', endTurn);
      api.setErrorHandler((error, request, reply) =>
        sendFault(service.faults, request, reply, error, identityUrl, versionOf(request)),
      );
      api.setNotFoundHandler((request, reply) =>
        sendFault(service.faults, request, reply, notFound(service, paths, request), identityUrl),
      );
      for (const route of [...routes, describing(service, routes, options.publicUrl)]) mount(api, route, options);
    },
    { prefix: service.prefix },
  );
}

function mount(api: FastifyInstance, route: Route, options: ServeOptions): void {
  const { service } = options;
  const add = (base: string, path: string) =>
    api.route({
      method: route.method,
      url: path,
      bodyLimit: service.maxBodyBytes,
      // The answer to HEAD would read all the bytes, to send none.
      exposeHeadRoute: route.method === 'GET' && !Object.values(route.response).includes('stream'),
      config: { declared: route, base },
      ...(route.timeoutMs === undefined ? {} : { handlerTimeout: route.timeoutMs }),
      handler: async (request, reply) => {
        const work = serve(route, base, options, request, reply).finally(takeTurn(request));
        const late = (reason: Error) => workOf(request, reply).abort(reason);
        return withinTime(route.timeoutMs ?? HANDLER_TIMEOUT_MS, work, late);
      },
    });
  if (route.document) {
    add('', route.path);
    if (route.path !== '/' && !route.path.endsWith('.json')) add('', `${route.path}/`);
    return;
  }
  for (const base of service.bases) {
    add(base, `${base}${route.path}`);
    if (service.projectInPath) add(base, `${base}${PROJECT}${route.path}`);
  }
}

const DESCRIBE = policy('openapi');
const describing = (service: ApiService, routes: readonly Route[], publicUrl: string): Route => {
  const document = openApiDocument(service, routes, publicUrl);
  return {
    method: 'GET',
    path: service.openApiPath,
    document: true,
    token: 'none',
    policy: DESCRIBE,
    summary: 'Describes this API as OpenAPI 3.1.',
    response: { 1: { type: 'object' } },
    handle: () => document,
  };
};

async function serve(
  route: Route,
  base: string,
  { service, publicUrl, checkResponses }: ServeOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const version = versionOf(request);
  const caller = request.context;
  const { project_id: projectId, ...params } = request.params as Record<string, string>;
  const question: ApiRequest = {
    version,
    caller,
    params: service.projectInPath ? params : (request.params as Record<string, string>),
    query: parseQuery(request.url),
    body: bodyOf(route, request),
    headers: request.headers,
    url: request.url,
    links: new Links(`${publicUrl}${service.prefix}`, projectId === undefined ? base : `${base}/${projectId}`),
    requestId: caller.requestId,
    log: request.log as Logger,
    address: addressGroup(request.ip),
    signal: signalOf(request, reply),
  };
  const answer = await runKeyed(request, () => perform(route, question, service.sentence));
  if (checkResponses) checkAnswer(route, question, version, answer);
  // Its time was over before.
  if (reply.sent) return reply;
  return send(request, reply, withFields(answer, route.fields, question.query));
}

function bodyOf(route: Route, request: FastifyRequest): unknown {
  const { body } = request;
  if (route.streams) {
    if (body instanceof Readable) return body;
    throw new HttpFault(415, `Unsupported Content-Type: ${BYTES} is needed.`);
  }
  if (body instanceof Readable) throw new HttpFault(415, 'Unsupported Content-Type: application/json is needed.');
  return body ?? null;
}

/** Of a route with actions, the action that was carried out declares the answer. */
function checkAnswer(route: Route, request: ApiRequest, version: Microversion, answer: Answer): void {
  const name = route.actions === undefined ? undefined : Object.keys((request.body ?? {}) as object)[0];
  const operation = route.actions?.find((action) => action.name === name) ?? route;
  if (operation.authorizes === 'handler' && !wasAuthorized(request.caller)) {
    throw new VolvoxError('internal', `No policy was checked (${operation.summary}).`);
  }
  checkResponse(operation, version, answer);
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, headers, body }: Answer,
): Promise<FastifyReply> {
  reply.code(status).headers(headers);
  if (body === undefined || body === null) return reply.send();
  if (body instanceof Readable) return reply.send(body);
  if (request.method === 'GET' || request.method === 'HEAD') return sendRead(request, reply, body);
  return reply.type('application/json').send(JSON.stringify(body));
}

const methodNotAllowed = (method: string, allowed: readonly string[]): HttpFault =>
  new HttpFault(
    405,
    `The method specified is not allowed for this resource. It is ${method}, and the path takes ${allowed.join(', ')}.`,
    { allow: allowed.join(', ') },
  );

function notFound(service: ApiService, paths: KnownPaths, request: FastifyRequest): Error {
  const methods = paths.methodsOf(request.url);
  return methods.length > 0
    ? methodNotAllowed(request.method, methods)
    : noSuchPath(service.faults, request.method, request.url);
}
