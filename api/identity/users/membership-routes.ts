import { listProjects } from '#platform/directory/stores/projects.ts';
import { projectsOfUser } from '#platform/directory/stores/roles.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { noGroupsResponse } from '../groups/routes.ts';
import { collection } from '../links.ts';
import { authorizeFor } from '../policy.ts';
import { projectsResponse } from '../projects/schema.ts';
import { projectCollection } from '../projects/view.ts';
import { ignoredQuery } from '../response-types.ts';
import { LIST_USER_GROUPS, LIST_USER_PROJECTS } from './policy.ts';

/** What a user is a member of. */
export function userMembershipRoutes({ directory, config }: Pick<ApiDeps, 'directory' | 'config'>): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v3/users/:id/projects',
      summary: 'Lists the projects in which a user has a role.',
      policy: LIST_USER_PROJECTS,
      authorizes: 'handler',
      query: ignoredQuery,
      response: projectsResponse,
      handle: async (request) => {
        const { id = '' } = request.params;
        authorizeFor(LIST_USER_PROJECTS, request, id);
        const rows = await listProjects(directory.read, [
          { member: 'id', anyOf: await projectsOfUser(directory.read, id) },
        ]);
        return projectCollection(rows, config);
      },
    }),
    route({
      method: 'GET',
      path: '/v3/users/:id/groups',
      summary: 'Lists the groups of a user: there are none.',
      policy: LIST_USER_GROUPS,
      authorizes: 'handler',
      query: ignoredQuery,
      response: noGroupsResponse,
      handle: (request) => {
        authorizeFor(LIST_USER_GROUPS, request, request.params.id ?? '');
        return collection(config, 'groups', []);
      },
    }),
  ];
}
