import type { FastifyInstance, FastifyRequest } from 'fastify';
import { listProjects } from '#platform/directory/stores/projects.ts';
import { listRoles, projectsOfUser } from '#platform/directory/stores/roles.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Caller } from '../caller.ts';
import { catalogOf } from '../catalog/catalog.ts';
import { domainView } from '../domains/routes.ts';
import { collection } from '../links.ts';
import { notAllowed } from '../policy.ts';
import { projectView } from '../projects/view.ts';
import { tokenView } from '../tokens/token-view.ts';
import { AuthRequest } from './auth-request.ts';
import { logIn } from './log-in.ts';

type Query = { Querystring: { nocatalog?: string } };

export function registerAuth(app: FastifyInstance, deps: ApiDeps): void {
  const { directory, tokens, config } = deps;

  const view = async (caller: Caller, request: FastifyRequest<Query>) => {
    const roles = await listRoles(directory.read);
    const ids = new Map(roles.map((role) => [role.name, role.id]));
    return tokenView(caller, ids, config, { catalog: request.query.nocatalog === undefined });
  };

  app.post<{ Body: AuthRequest } & Query>(
    '/v3/auth/tokens',
    { schema: { body: AuthRequest } },
    async (request, reply) => {
      const grant = await logIn(directory, tokens, request.body);
      const { token, caller } = await tokens.issue(grant);
      reply.code(201).header('x-subject-token', token).header('vary', 'X-Auth-Token');
      return view(caller, request);
    },
  );

  app.get<Query>('/v3/auth/tokens', async (request, reply) => {
    const { token, caller } = await subjectOf(request, tokens, 'validate_token');
    reply.header('x-subject-token', token).header('vary', 'X-Auth-Token');
    return view(caller, request);
  });

  app.delete('/v3/auth/tokens', async (request, reply) => {
    const { caller } = await subjectOf(request, tokens, 'revoke_token');
    await tokens.revoke(caller);
    return reply.code(204).send();
  });

  app.get('/v3/auth/catalog', async (request) => {
    if (request.context.projectId === '') throw notAllowed('get_auth_catalog');
    return { catalog: catalogOf(config), links: { self: `${config.publicUrl}/identity/v3/auth/catalog` } };
  });

  app.get('/v3/auth/projects', async (request) => {
    const mine = await projectsOfUser(directory.read, request.context.userId);
    const rows = await listProjects(directory.read, [
      { column: 'id', anyOf: mine },
      { column: 'enabled', anyOf: [1] },
    ]);
    return collection(
      config,
      'projects',
      rows.map((row) => projectView(row, config)),
    );
  });

  app.get('/v3/auth/domains', async () => collection(config, 'domains', [domainView(config)]));
  app.get('/v3/auth/system', async () => ({
    system: [],
    links: { self: `${config.publicUrl}/identity/v3/auth/system` },
  }));
}

/** The token in `X-Subject-Token`: one's own, or any for an admin or a service. @throws VolvoxError not-found when it is not valid. */
async function subjectOf(request: FastifyRequest, tokens: ApiDeps['tokens'], rule: string) {
  const token = request.headers['x-subject-token'];
  if (typeof token !== 'string' || token === '') throw new VolvoxError('invalid', 'X-Subject-Token is missing.');
  const { context } = request;
  try {
    const caller = await tokens.verify(token);
    const own = caller.userId === context.userId;
    if (!own && !context.isAdmin && !context.roles.includes('service')) throw notAllowed(rule);
    return { token, caller };
  } catch (error) {
    if (!isVolvoxError(error, 'unauthenticated')) throw error;
    throw new VolvoxError('not-found', 'Could not find token.', { cause: error });
  }
}
