import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import {
  askedVersion,
  type Microversion,
  OLD_VERSION_HEADER,
  OLDEST_MINOR,
  VERSION_HEADER,
  versionText,
} from '../compute/microversions.ts';
import { Links } from './links.ts';
import { parseQuery } from './query.ts';
import { Answer, type ComputeRequest, perform, type Route } from './route.ts';

const PREFIXES = ['/v2.1', '/v2'] as const;
type Prefix = (typeof PREFIXES)[number];
/** Optional in a path since 2.18, and let through before it as well. */
const PROJECT = '/:project_id(^[0-9a-f-]{8,64}$)';

/**
 * Serves the routes under `/v2.1` and `/v2`, each with and without a project id. `app` has authenticated already and answers what is
 * thrown in the API's fault format.
 * @param endpoint the compute endpoint without a version, as clients know it: `http://host:8774/compute`.
 */
export function serveRoutes(app: FastifyInstance, routes: readonly Route[], endpoint: string): void {
  for (const prefix of PREFIXES) {
    for (const route of routes) {
      const handler = (request: FastifyRequest, reply: FastifyReply) => serve(route, prefix, endpoint, request, reply);
      app.route({ method: route.method, url: `${prefix}${route.path}`, handler });
      app.route({ method: route.method, url: `${prefix}${PROJECT}${route.path}`, handler });
    }
  }
}

async function serve(
  route: Route,
  prefix: Prefix,
  endpoint: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const version = versionOf(prefix, request);
  if (!version.legacy) nameVersion(reply, version);
  const caller = request.context;
  const { project_id: projectId, ...params } = request.params as Record<string, string>;
  if (projectId !== undefined && projectId !== caller.projectId) {
    throw new VolvoxError(
      'invalid',
      `Malformed request URL: URL's project_id '${projectId}' doesn't match Context's project_id '${caller.projectId}'`,
    );
  }
  const question: ComputeRequest = {
    version,
    caller,
    params,
    query: parseQuery(request.url),
    body: request.body ?? null,
    headers: request.headers,
    links: new Links(endpoint, projectId === undefined ? prefix : `${prefix}/${projectId}`),
    requestId: caller.requestId,
    log: request.log as Logger,
  };
  return send(reply, await perform(route, question));
}

const versionOf = (prefix: Prefix, request: FastifyRequest): Microversion =>
  prefix === '/v2' ? { minor: OLDEST_MINOR, legacy: true } : askedVersion(request.headers);

function nameVersion(reply: FastifyReply, version: Microversion): void {
  reply.headers({
    [VERSION_HEADER]: `compute ${versionText(version)}`,
    [OLD_VERSION_HEADER]: versionText(version),
    vary: 'OpenStack-API-Version, X-OpenStack-Nova-API-Version',
  });
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status).headers(answer.headers);
  if (answer.body === undefined || answer.body === null) return reply.send();
  if (answer.body instanceof Answer) return send(reply, answer.body);
  return reply.type('application/json').send(JSON.stringify(answer.body));
}
