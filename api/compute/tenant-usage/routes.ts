import type { ApiDeps } from '../../deps.ts';
import { authorize } from '../../http/policy.ts';
import { lastOf } from '../../http/query.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { nextLink } from '../next-link.ts';
import { pageLimit } from '../page-limit.ts';
import { type Period, periodOf } from './period.ts';
import { USAGE_LIST, USAGE_SHOW } from './policy.ts';
import { listUsageQuery, showUsageQuery, usageResponse, usagesResponse } from './schema.ts';
import { usedServers } from './used-servers.ts';
import { tenantUsages } from './view.ts';

const SINCE = since({ pages: 40 });

export const tenantUsageRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/os-simple-tenant-usage',
    summary: 'Shows what the servers of each project have used in a period.',
    policy: USAGE_LIST,
    query: listUsageQuery,
    response: usagesResponse,
    handle: async (request) => {
      const { now, period, servers, links } = await used(deps, request, null);
      const detailed = request.query.detailed?.[0] === '1';
      return { tenant_usages: tenantUsages(servers, period, now, detailed), ...links('tenant_usages') };
    },
  }),
  route({
    method: 'GET',
    path: '/os-simple-tenant-usage/:id',
    summary: 'Shows what the servers of one project have used in a period, server by server.',
    policy: USAGE_SHOW,
    authorizes: 'handler',
    query: showUsageQuery,
    response: usageResponse,
    handle: async (request) => {
      const { id: projectId = '' } = request.params;
      authorize(USAGE_SHOW, request.caller, { projectId });
      const { now, period, servers, links } = await used(deps, request, projectId);
      const [usage] = tenantUsages(servers, period, now, true);
      return { tenant_usage: usage ?? {}, ...links('tenant_usage') };
    },
  }),
];

async function used(deps: ApiDeps, request: ApiRequest, projectId: string | null) {
  const now = deps.clock.now();
  const period: Period = periodOf(request.query, now);
  const paged = SINCE.pages(request.version);
  const servers = await usedServers(deps, request, period, projectId, {
    limit: paged ? pageLimit(request.query) : undefined,
    marker: paged ? lastOf(request.query, 'marker') : undefined,
  });
  const path = `/os-simple-tenant-usage${projectId === null ? '' : `/${projectId}`}`;
  const links = (name: string) => (paged ? nextLink(name, path, request, servers.at(-1)?.uuid, servers.length) : {});
  return { now, period, servers, links };
}
