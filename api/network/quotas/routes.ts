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
import { filterViews } from '../../http/list-views.ts';
import { filtersOf } from '../../http/listing.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { authorize } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { invalidInput } from '../policy.ts';
import { emptyResponse } from '../response-types.ts';
import { DELETE_QUOTA, GET_QUOTA, LIST_QUOTAS, UPDATE_QUOTA } from './policy.ts';
import {
  listQuotasQuery,
  listQuotasResponse,
  QUOTA_ATTRIBUTES,
  type QuotaUpdate,
  quotaDetailsResponse,
  quotaResponse,
  updateQuotaBody,
} from './schema.ts';

/** The longest id of a project, characters. */
const MAX_PROJECT_ID = 64;

/** Limits of projects: `GET`, `PUT`, `DELETE` under `/v2.0/quotas`. */
export function quotaRoutes({ directory }: Pick<ApiDeps, 'directory'>): readonly Route[] {
  const limitsOf = (projectId: string) => networkLimits(directory.read, projectId);
  const detailsOf = async (projectId: string) => {
    const limits = await networkLimits(directory.read, projectId);
    const counted = NETWORK_RESOURCES.map(async (name) => {
      const used = await countOfProject(directory.read, name, projectId);
      return [name, { limit: limits[name], used, reserved: 0 }] as const;
    });
    return Object.fromEntries(await Promise.all(counted));
  };
  const shows = {
    method: 'GET',
    policy: GET_QUOTA,
    authorizes: 'handler',
    query: noQuery,
  } as const;

  return [
    route({
      method: 'GET',
      path: '/v2.0/quotas',
      summary: 'Lists the projects whose limits are not the default ones, with their limits.',
      policy: LIST_QUOTAS,
      query: listQuotasQuery,
      fields: 'quotas',
      response: listQuotasResponse,
      handle: async ({ query }) => {
        const projects = (await projectsWithNetworkLimits(directory.read)).map((id) => ({
          project_id: id,
          tenant_id: id,
        }));
        const asked = filterViews(projects, filtersOf(query, QUOTA_ATTRIBUTES));
        const quotas = asked.map(async (project) => ({ ...project, ...(await limitsOf(project.project_id)) }));
        return { quotas: await Promise.all(quotas) };
      },
    }),
    route({
      ...shows,
      path: '/v2.0/quotas/:project',
      summary: 'Shows the limits of a project.',
      response: quotaResponse,
      handle: async (request) => ({ quota: await limitsOf(authorizedProject(request)) }),
    }),
    route({
      ...shows,
      path: '/v2.0/quotas/:project/default',
      summary: 'Shows the default limits of a project.',
      response: quotaResponse,
      handle: (request) => {
        authorizedProject(request);
        return { quota: NETWORK_LIMITS };
      },
    }),
    ...['/v2.0/quotas/:project/details', '/v2.0/quotas/:project/details.json'].map((path) =>
      route({
        ...shows,
        path,
        summary: 'Shows the limits of a project, and how much of them is used.',
        response: quotaDetailsResponse,
        handle: async (request) => ({ quota: await detailsOf(authorizedProject(request)) }),
      }),
    ),
    route<QuotaUpdate>({
      method: 'PUT',
      path: '/v2.0/quotas/:project',
      summary: 'Changes the limits of a project.',
      policy: UPDATE_QUOTA,
      body: updateQuotaBody,
      response: quotaResponse,
      handle: async ({ body: { quota }, params: { project = '' } }) => {
        if (project.length > MAX_PROJECT_ID) throw invalidInput(`'${project.slice(0, 200)}' is no id of a project.`);
        const { force: _force, ...given } = quota;
        const limits = Object.fromEntries(Object.entries(given).map(([name, n]) => [name, Number(n)]));
        await directory.transaction((tx) => setNetworkLimits(tx, project, limits));
        return { quota: await limitsOf(project) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/v2.0/quotas/:project',
      summary: 'Resets the limits of a project to the defaults.',
      policy: DELETE_QUOTA,
      query: noQuery,
      status: 204,
      response: emptyResponse,
      handle: async ({ params: { project = '' } }) => {
        await directory.transaction((tx) => clearNetworkLimits(tx, project));
      },
    }),
  ];
}

/** @throws VolvoxError forbidden for another project than the caller's. */
function authorizedProject({ caller, params: { project = '' } }: ApiRequest): string {
  authorize(GET_QUOTA, caller, { projectId: project });
  return project;
}
