import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { ApiDeps } from '../../deps.ts';
import { disallowed } from '../policy.ts';

type OfProject = { Params: { project: string } };

/** Resource → the table that counts it; those without a table are not offered. */
const RESOURCES = {
  network: 'networks',
  subnet: 'subnets',
  port: 'ports',
  security_group: 'security_groups',
  security_group_rule: null,
  router: null,
  floatingip: null,
  subnetpool: null,
  rbac_policy: null,
  trunk: null,
} as const;

/** Networks have no limits yet; clients ask all the same. */
export function registerQuotas(app: FastifyInstance, { directory }: ApiDeps): void {
  const unlimited = Object.fromEntries(Object.keys(RESOURCES).map((name) => [name, -1]));

  app.get<OfProject>('/v2.0/quotas/:project', async (request) => {
    authorize(request);
    return { quota: unlimited };
  });
  app.get<OfProject>('/v2.0/quotas/:project/default', async (request) => {
    authorize(request);
    return { quota: unlimited };
  });

  for (const path of ['/v2.0/quotas/:project/details', '/v2.0/quotas/:project/details.json']) {
    app.get<OfProject>(path, async (request) => {
      authorize(request);
      const details = Object.entries(RESOURCES).map(async ([name, table]) => {
        const used = table === null ? 0 : await count(table, request.params.project);
        return [name, { limit: -1, used, reserved: 0 }] as const;
      });
      return { quota: Object.fromEntries(await Promise.all(details)) };
    });
  }

  const count = async (
    table: 'networks' | 'subnets' | 'ports' | 'security_groups',
    projectId: string,
  ): Promise<number> => {
    const { rows } = await sql<{ used: number }>`
      SELECT COUNT(*) AS used FROM ${sql.table(table)} WHERE project_id = ${projectId}
    `.execute(directory.read);
    return Number(rows[0]?.used ?? 0);
  };
}

function authorize(request: FastifyRequest<OfProject>): void {
  if (!request.context.isAdmin && request.params.project !== request.context.projectId) throw disallowed('get_quota');
}
