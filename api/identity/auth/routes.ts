import { listProjects } from '#platform/directory/stores/projects.ts';
import { projectsOfUser } from '#platform/directory/stores/roles.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { catalogOf } from '../catalog/catalog.ts';
import { domainsResponse } from '../domains/schema.ts';
import { domainView } from '../domains/view.ts';
import { collection } from '../links.ts';
import { projectsResponse } from '../projects/schema.ts';
import { projectCollection } from '../projects/view.ts';
import { ignoredQuery } from '../response-types.ts';
import { GET_AUTH_DOMAINS, GET_AUTH_PROJECTS, GET_AUTH_SYSTEM, GET_CATALOG } from './policy.ts';
import { catalogResponse, systemResponse } from './schema.ts';

/** What the token of a caller reaches. */
export function authRoutes({ directory, config }: Pick<ApiDeps, 'directory' | 'config'>): readonly Route[] {
  const selfOf = (noun: string) => ({ self: `${config.publicUrl}/identity/v3/auth/${noun}` });
  return [
    route({
      method: 'GET',
      path: '/v3/auth/catalog',
      summary: 'Lists where each API is found.',
      policy: GET_CATALOG,
      query: ignoredQuery,
      response: catalogResponse,
      handle: () => ({ catalog: catalogOf(config), links: selfOf('catalog') }),
    }),
    route({
      method: 'GET',
      path: '/v3/auth/projects',
      summary: 'Lists the projects for which the caller may have a token.',
      policy: GET_AUTH_PROJECTS,
      query: ignoredQuery,
      response: projectsResponse,
      handle: async ({ caller }) => {
        const rows = await listProjects(directory.read, [
          { member: 'id', anyOf: await projectsOfUser(directory.read, caller.userId) },
          { member: 'enabled', anyOf: [true] },
        ]);
        return projectCollection(rows, config);
      },
    }),
    route({
      method: 'GET',
      path: '/v3/auth/domains',
      summary: 'Lists the domains of the caller: the only one.',
      policy: GET_AUTH_DOMAINS,
      query: ignoredQuery,
      response: domainsResponse,
      handle: () => collection(config, 'domains', [domainView(config)]),
    }),
    route({
      method: 'GET',
      path: '/v3/auth/system',
      summary: 'Lists the systems of the caller: there are none.',
      policy: GET_AUTH_SYSTEM,
      query: ignoredQuery,
      response: systemResponse,
      handle: () => ({ system: [], links: selfOf('system') }),
    }),
  ];
}
