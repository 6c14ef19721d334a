import type { FastifyInstance } from 'fastify';
import { listProjects } from '#platform/directory/stores/projects.ts';
import {
  assignRole,
  getRole,
  listAssignments,
  listRoles,
  type RoleAssignmentRow,
  unassignRole,
} from '#platform/directory/stores/roles.ts';
import { getUser, listUsers } from '#platform/directory/stores/users.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { collection, identityUrl, selfLink } from '../links.ts';
import { requireAdmin } from '../policy.ts';

type Grant = { Params: { target: string; user: string; role: string } };
type Target = { readonly type: RoleAssignmentRow['target_type']; readonly path: string };
const TARGETS: readonly Target[] = [
  { type: 'project', path: 'projects' },
  { type: 'domain', path: 'domains' },
];

/** Who has which role where: granting, checking, revoking, listing. */
export function registerRoleAssignments(app: FastifyInstance, deps: ApiDeps): void {
  for (const target of TARGETS) registerGrants(app, deps, target);
  registerList(app, deps);
}

function registerGrants(app: FastifyInstance, { directory, tokens, config }: ApiDeps, { type, path }: Target): void {
  const row = ({ target, user, role }: Grant['Params']): RoleAssignmentRow => ({
    user_id: user,
    target_type: type,
    target_id: target,
    role_id: role,
  });
  const missing = ({ target, user, role }: Grant['Params']) =>
    new VolvoxError(
      'not-found',
      `Could not find role assignment with role: ${role}, user or group: ${user}, ${type}: ${target}.`,
    );

  app.put<Grant>(`/v3/${path}/:target/users/:user/roles/:role`, async (request, reply) => {
    requireAdmin(request, 'create_grant');
    const { target, user, role } = request.params;
    await directory.transaction(async (tx) => {
      await getRole(tx, role);
      await getUser(tx, user);
      const known =
        type === 'domain'
          ? target === DEFAULT_DOMAIN.id
          : (await listProjects(tx, [{ column: 'id', anyOf: [target] }])).length > 0;
      if (!known) throw new VolvoxError('not-found', `Could not find ${type}: ${target}.`);
      await assignRole(tx, row(request.params));
    });
    tokens.forget();
    return reply.code(204).send();
  });

  app.get<Grant>(`/v3/${path}/:target/users/:user/roles/:role`, async (request, reply) => {
    requireAdmin(request, 'check_grant');
    const found = await listAssignments(directory.read, {
      userId: request.params.user,
      roleId: request.params.role,
      targetType: type,
      targetId: request.params.target,
    });
    if (found.length === 0) throw missing(request.params);
    return reply.code(204).send();
  });

  app.delete<Grant>(`/v3/${path}/:target/users/:user/roles/:role`, async (request, reply) => {
    requireAdmin(request, 'revoke_grant');
    const done = await directory.transaction((tx) => unassignRole(tx, row(request.params)));
    if (!done) throw missing(request.params);
    tokens.forget();
    return reply.code(204).send();
  });

  app.get<{ Params: { target: string; user: string } }>(`/v3/${path}/:target/users/:user/roles`, async (request) => {
    requireAdmin(request, 'list_grants');
    const { target, user } = request.params;
    const found = await listAssignments(directory.read, { userId: user, targetType: type, targetId: target });
    const roles = await listRoles(directory.read, [{ column: 'id', anyOf: found.map((one) => one.role_id) }]);
    return collection(
      config,
      'roles',
      roles.map(({ id, name }) => ({ id, name, domain_id: null, links: selfLink(config, 'roles', id) })),
    );
  });
}

function registerList(app: FastifyInstance, { directory, config }: ApiDeps): void {
  app.get<{ Querystring: Record<string, string> }>('/v3/role_assignments', async (request) => {
    const { query, context } = request;
    if (query['user.id'] !== context.userId) requireAdmin(request, 'list_role_assignments');
    const projectId = query['scope.project.id'];
    const domainId = query['scope.domain.id'];
    const none = query['group.id'] !== undefined || query['scope.system'] !== undefined;
    const rows = none
      ? []
      : await listAssignments(directory.read, {
          userId: query['user.id'],
          roleId: query['role.id'],
          targetType: projectId !== undefined ? 'project' : domainId !== undefined ? 'domain' : undefined,
          targetId: projectId ?? domainId,
        });
    const names = query.include_names === undefined ? null : await namesOf(rows);
    return collection(
      config,
      'role_assignments',
      rows.map((row) => assignmentView(row, names)),
    );
  });

  const namesOf = async (rows: readonly RoleAssignmentRow[]): Promise<ReadonlyMap<string, string>> => {
    const [users, roles, projects] = await Promise.all([
      listUsers(directory.read, [{ column: 'id', anyOf: rows.map((row) => row.user_id) }]),
      listRoles(directory.read),
      listProjects(directory.read, [{ column: 'id', anyOf: rows.map((row) => row.target_id) }]),
    ]);
    const all = [...users, ...roles, ...projects, DEFAULT_DOMAIN];
    return new Map(all.map(({ id, name }) => [id, name]));
  };

  const assignmentView = (row: RoleAssignmentRow, names: ReadonlyMap<string, string> | null) => {
    const named = (id: string) => (names === null ? { id } : { id, name: names.get(id) ?? '' });
    const inDomain = (id: string) => (names === null ? { id } : { ...named(id), domain: { ...DEFAULT_DOMAIN } });
    const target = row.target_type === 'project' ? inDomain(row.target_id) : named(row.target_id);
    return {
      role: named(row.role_id),
      user: inDomain(row.user_id),
      scope: { [row.target_type]: target },
      links: {
        assignment: `${identityUrl(config)}/${row.target_type}s/${row.target_id}/users/${row.user_id}/roles/${row.role_id}`,
      },
    };
  };
}
