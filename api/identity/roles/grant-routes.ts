import { getProject } from '#platform/directory/stores/projects.ts';
import {
  assignRole,
  getRole,
  listAssignments,
  listRoles,
  type RoleAssignmentRow,
  unassignRole,
} from '#platform/directory/stores/roles.ts';
import { getUser } from '#platform/directory/stores/users.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { collection, selfLink } from '../links.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { CHECK_GRANT, CREATE_GRANT, LIST_GRANTS, REVOKE_GRANT } from './policy.ts';
import { grantedRolesResponse } from './schema.ts';

interface Target {
  readonly type: RoleAssignmentRow['target_type'];
  readonly path: string;
}
const TARGETS: readonly Target[] = [
  { type: 'project', path: 'projects' },
  { type: 'domain', path: 'domains' },
];

/** Giving a user a role in a project or the domain, checking and taking it. */
export const grantRoutes = (deps: ApiDeps): readonly Route[] => TARGETS.flatMap((target) => grantsIn(deps, target));

function grantsIn({ directory, tokens, config }: ApiDeps, { type, path }: Target): readonly Route[] {
  const rowOf = ({ params: { target = '', user = '', role = '' } }: ApiRequest): RoleAssignmentRow => ({
    user_id: user,
    target_type: type,
    target_id: target,
    role_id: role,
  });
  const missing = (row: RoleAssignmentRow) =>
    new VolvoxError(
      'not-found',
      `Could not find role assignment with role: ${row.role_id}, user or group: ${row.user_id}, ${type}: ${row.target_id}.`,
    );
  const common = {
    path: `/v3/${path}/:target/users/:user/roles/:role`,
    query: ignoredQuery,
    status: 204,
    response: emptyResponse,
  } as const;

  return [
    route({
      ...common,
      method: 'PUT',
      summary: `Gives a user a role in a ${type}.`,
      policy: CREATE_GRANT,
      handle: async (request) => {
        const row = rowOf(request);
        await directory.transaction(async (tx) => {
          await getRole(tx, row.role_id);
          await getUser(tx, row.user_id);
          if (type === 'project') await getProject(tx, row.target_id);
          else if (row.target_id !== DEFAULT_DOMAIN.id) {
            throw new VolvoxError('not-found', `Could not find domain: ${row.target_id}.`);
          }
          await assignRole(tx, row);
        });
        tokens.forget();
      },
    }),
    route({
      ...common,
      method: 'GET',
      summary: `Checks whether a user has a role in a ${type}.`,
      policy: CHECK_GRANT,
      handle: async (request) => {
        const row = rowOf(request);
        const found = await listAssignments(directory.read, {
          userId: row.user_id,
          roleId: row.role_id,
          targetType: type,
          targetId: row.target_id,
        });
        if (found.length === 0) throw missing(row);
      },
    }),
    route({
      ...common,
      method: 'DELETE',
      summary: `Takes a role in a ${type} from a user.`,
      policy: REVOKE_GRANT,
      handle: async (request) => {
        const row = rowOf(request);
        if (!(await directory.transaction((tx) => unassignRole(tx, row)))) throw missing(row);
        tokens.forget();
      },
    }),
    route({
      method: 'GET',
      path: `/v3/${path}/:target/users/:user/roles`,
      summary: `Lists the roles of a user in a ${type}.`,
      policy: LIST_GRANTS,
      query: ignoredQuery,
      response: grantedRolesResponse,
      handle: async ({ params: { target = '', user = '' } }) => {
        const found = await listAssignments(directory.read, { userId: user, targetType: type, targetId: target });
        const roles = await listRoles(directory.read, [{ column: 'id', anyOf: found.map((one) => one.role_id) }]);
        return collection(
          config,
          'roles',
          roles.map(({ id, name }) => ({ id, name, domain_id: null, links: selfLink(config, 'roles', id) })),
        );
      },
    }),
  ];
}
