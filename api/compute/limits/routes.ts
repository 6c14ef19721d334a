import { projectLimits, projectUsages } from '#platform/directory/stores/quotas.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorize, policy } from '../../http/policy.ts';
import { lastOf } from '../../http/query.ts';
import { type Route, route } from '../../http/route.ts';
import { limitsQuery, limitsResponse } from './schema.ts';
import { absoluteLimits } from './view.ts';

const LIMITS = policy('os_compute_api:limits');
const LIMITS_OF_OTHERS = policy('os_compute_api:limits:other_project');

export function limitsRoutes({ directory }: Pick<ApiDeps, 'directory'>): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/limits',
      summary: "Shows a project's limits and what it uses of them.",
      policy: LIMITS,
      query: limitsQuery,
      response: limitsResponse,
      handle: async ({ caller, query, version }) => {
        const projectId = lastOf(query, 'tenant_id') ?? caller.projectId;
        if (projectId !== caller.projectId) authorize(LIMITS_OF_OTHERS, caller, { projectId });
        const [limits, usages] = await Promise.all([
          projectLimits(directory.read, projectId),
          projectUsages(directory.read, projectId),
        ]);
        return { limits: { rate: [], absolute: absoluteLimits(limits, usages, version) } };
      },
    }),
  ];
}
