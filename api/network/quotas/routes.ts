import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  clearNetworkLimits,
  countOfProject,
  NETWORK_LIMITS,
  NETWORK_RESOURCES,
  networkLimits,
  projectsWithNetworkLimits,
  setNetworkLimits,
} from '#platform/directory/stores/network-quotas.ts';
import type { ApiDeps } from '../../deps.ts';
import { disallowed } from '../policy.ts';
import { QuotaUpdate } from './schema.ts';

type OfProject = { Params: { project: string } };

/** What has no limit here: each project has one group, and the rest is not offered. Clients ask all the same. */
const UNLIMITED = {
  security_group: -1,
  security_group_rule: -1,
  router: -1,
  floatingip: -1,
  subnetpool: -1,
  rbac_policy: -1,
  trunk: -1,
} as const;

export function registerQuotas(app: FastifyInstance, { directory }: ApiDeps): void {
  const limitsOf = async (projectId: string) => ({
    ...UNLIMITED,
    ...(await networkLimits(directory.read, projectId)),
  });

  app.get('/v2.0/quotas', async (request) => {
    requireAdmin(request, 'get_quota');
    const projects = await projectsWithNetworkLimits(directory.read);
    const quotas = projects.map(async (id) => ({ project_id: id, tenant_id: id, ...(await limitsOf(id)) }));
    return { quotas: await Promise.all(quotas) };
  });

  app.get<OfProject>('/v2.0/quotas/:project', async (request) => {
    authorize(request);
    return { quota: await limitsOf(request.params.project) };
  });
  app.get<OfProject>('/v2.0/quotas/:project/default', async (request) => {
    authorize(request);
    return { quota: { ...UNLIMITED, ...NETWORK_LIMITS } };
  });

  app.put<OfProject & { Body: QuotaUpdate }>(
    '/v2.0/quotas/:project',
    { schema: { body: QuotaUpdate } },
    async (request) => {
      requireAdmin(request, 'update_quota');
      const { project } = request.params;
      const { force: _force, ...given } = request.body.quota;
      const limits = Object.fromEntries(Object.entries(given).map(([name, n]) => [name, Number(n)]));
      await directory.transaction((tx) => setNetworkLimits(tx, project, limits));
      return { quota: await limitsOf(project) };
    },
  );

  app.delete<OfProject>('/v2.0/quotas/:project', async (request, reply) => {
    requireAdmin(request, 'delete_quota');
    await directory.transaction((tx) => clearNetworkLimits(tx, request.params.project));
    return reply.code(204).send();
  });

  for (const path of ['/v2.0/quotas/:project/details', '/v2.0/quotas/:project/details.json']) {
    app.get<OfProject>(path, async (request) => {
      authorize(request);
      const { project } = request.params;
      const limits = await networkLimits(directory.read, project);
      const unlimited = Object.keys(UNLIMITED).map((name) => [name, { limit: -1, used: 0, reserved: 0 }] as const);
      const counted = NETWORK_RESOURCES.map(async (name) => {
        const used = await countOfProject(directory.read, name, project);
        return [name, { limit: limits[name], used, reserved: 0 }] as const;
      });
      return { quota: Object.fromEntries([...unlimited, ...(await Promise.all(counted))]) };
    });
  }
}

function requireAdmin(request: FastifyRequest, rule: string): void {
  if (!request.context.isAdmin) throw disallowed(rule);
}

function authorize(request: FastifyRequest<OfProject>): void {
  if (!request.context.isAdmin && request.params.project !== request.context.projectId) throw disallowed('get_quota');
}
