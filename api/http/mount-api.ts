import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type Caller, NOBODY } from '../identity/caller.ts';
import { setContext, type TokenVerifier, unauthenticated } from './authenticate.ts';
import { type FaultFormat, sendFault } from './faults.ts';
import { HttpFault } from './http-fault.ts';
import { acceptJson } from './json-body.ts';
import { KnownPaths } from './known-paths.ts';
import { describeRoutes, OPENAPI_PATH } from './openapi.ts';
import { typeboxValidators } from './typebox-validators.ts';

export interface ApiMount {
  /** `/compute`; every route of the API lies under it. */
  readonly prefix: string;
  readonly faults: FaultFormat;
  readonly tokens: TokenVerifier;
  /** `any`: also takes tokens without a project. */
  readonly scope: 'project' | 'any';
  /** Paths that need no token (version documents, logging in). A token that is sent all the same is looked at by the handler. */
  readonly open?: (request: FastifyRequest) => boolean;
  /** Under this title the API describes its routes at `<prefix>/openapi.json`; absent: it does so itself. */
  readonly title?: string;
  /** Besides `x-openstack-request-id`. */
  readonly requestIdHeader?: string;
  /** Adds the routes, with paths relative to the prefix. */
  readonly routes: (app: FastifyInstance) => void | Promise<void>;
}

/**
 * Mounts one API: request ids in the answers, tokens checked before anything else, bodies read as its clients send them, failures and
 * unknown paths in its own format. Everything is encapsulated: what one API sets, the others do not see.
 */
export function mountApi(app: FastifyInstance, mount: ApiMount): void {
  app.register(
    async (api) => {
      const paths = new KnownPaths();
      paths.watch(api);
      acceptJson(api, mount.faults.malformedJson);
      api.setValidatorCompiler(typeboxValidators);
      api.addHook('onRequest', async (request, reply) => {
        reply.header('x-openstack-request-id', request.id);
        if (mount.requestIdHeader !== undefined) reply.header(mount.requestIdHeader, request.id);
        setContext(request, NOBODY, '');
        if (mount.open?.(request) === true || describesItself(mount, request)) return;
        const token = tokenOf(request);
        setContext(request, await callerOf(mount, token), token);
      });
      api.setErrorHandler((error, request, reply) => sendFault(mount.faults, request, reply, error, ''));
      api.setNotFoundHandler((request, reply) => notFound(mount, paths, request, reply));
      if (mount.title !== undefined) await describeRoutes(api, mount.title);
      await mount.routes(api);
    },
    { prefix: mount.prefix },
  );
}

const describesItself = (mount: ApiMount, request: FastifyRequest): boolean =>
  mount.title !== undefined && request.url === `${mount.prefix}${OPENAPI_PATH}`;

function tokenOf(request: FastifyRequest): string {
  const token = request.headers['x-auth-token'];
  if (typeof token !== 'string' || token === '') throw unauthenticated();
  return token;
}

async function callerOf(mount: ApiMount, token: string): Promise<Caller> {
  const caller = await mount.tokens.verify(token);
  if (mount.scope === 'project' && caller.projectId === '') {
    throw new VolvoxError('forbidden', 'This needs a token that is scoped to a project.');
  }
  return caller;
}

function notFound(mount: ApiMount, paths: KnownPaths, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const methods = paths.methodsOf(request.url);
  const error =
    methods.length > 0
      ? new HttpFault(405, 'The method specified is not allowed for this resource.', { allow: methods.join(', ') })
      : new VolvoxError('not-found', mount.faults.unknownPath);
  return sendFault(mount.faults, request, reply, error, '');
}
