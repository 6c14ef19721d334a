import { listProjects } from '#platform/directory/stores/projects.ts';
import { listAssignments, listRoles, type RoleAssignment } from '#platform/directory/stores/roles.ts';
import { listUsers } from '#platform/directory/stores/users.ts';
import type { ApiDeps } from '../../deps.ts';
import { lastOf, type Query } from '../../http/query.ts';
import { type Route, route } from '../../http/route.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { collection, identityUrl } from '../links.ts';
import { authorizeFor } from '../policy.ts';
import { LIST_ASSIGNMENTS } from './policy.ts';
import { assignmentsResponse, listAssignmentsQuery } from './schema.ts';

/** Who has which role where. */
export function assignmentRoutes({ directory, config }: Pick<ApiDeps, 'directory' | 'config'>): readonly Route[] {
  const namesOf = async (rows: readonly RoleAssignment[]): Promise<ReadonlyMap<string, string>> => {
    const [users, roles, projects] = await Promise.all([
      listUsers(directory.read, [{ member: 'id', anyOf: rows.map((row) => row.userId) }]),
      listRoles(directory.read),
      listProjects(directory.read, [{ member: 'id', anyOf: rows.map((row) => row.targetId) }]),
    ]);
    const all = [...users, ...roles, ...projects, DEFAULT_DOMAIN];
    return new Map(all.map(({ id, name }) => [id, name]));
  };

  const view = (assignment: RoleAssignment, names: ReadonlyMap<string, string> | null) => {
    const named = (id: string) => (names === null ? { id } : { id, name: names.get(id) ?? '' });
    const inDomain = (id: string) => (names === null ? { id } : { ...named(id), domain: { ...DEFAULT_DOMAIN } });
    const { targetType: type, targetId, userId: user, roleId: role } = assignment;
    const target = type === 'project' ? inDomain(targetId) : named(targetId);
    return {
      role: named(role),
      user: inDomain(user),
      scope: { [type]: target },
      links: { assignment: `${identityUrl(config)}/${type}s/${targetId}/users/${user}/roles/${role}` },
    };
  };

  return [
    route({
      method: 'GET',
      path: '/v3/role_assignments',
      summary: 'Lists which users have which roles, by user, role, project or domain.',
      policy: LIST_ASSIGNMENTS,
      authorizes: 'handler',
      query: listAssignmentsQuery,
      response: assignmentsResponse,
      handle: async (request) => {
        const { query } = request;
        authorizeFor(LIST_ASSIGNMENTS, request, lastOf(query, 'user.id') ?? '');
        const rows = await rowsOf(query);
        const names = query.include_names === undefined ? null : await namesOf(rows);
        return collection(
          config,
          'role_assignments',
          rows.map((row) => view(row, names)),
        );
      },
    }),
  ];

  async function rowsOf(query: Query): Promise<readonly RoleAssignment[]> {
    // There are no groups, no roles of the system, and nothing is inherited.
    if (['group.id', 'scope.system', 'scope.OS-INHERIT:inherited_to'].some((name) => query[name] !== undefined))
      return [];
    const projectId = lastOf(query, 'scope.project.id');
    const domainId = lastOf(query, 'scope.domain.id');
    return listAssignments(directory.read, {
      userId: lastOf(query, 'user.id'),
      roleId: lastOf(query, 'role.id'),
      targetType: projectId !== undefined ? 'project' : domainId !== undefined ? 'domain' : undefined,
      targetId: projectId ?? domainId,
    });
  }
}
