import { getProject } from '#platform/directory/stores/projects.ts';
import {
  assignRole,
  getRole,
  listAssignments,
  listRoles,
  type RoleAssignment,
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
  readonly type: RoleAssignment['targetType'];
  readonly path: string;
}
const TARGETS: readonly Target[] = [
  { type: 'project', path: 'projects' },
  { type: 'domain', path: 'domains' },
];

/** Giving a user a role in a project or the domain, checking and taking it. */
export const grantRoutes = (deps: ApiDeps): readonly Route[] => TARGETS.flatMap((target) => grantsIn(deps, target));

function grantsIn({ directory, tokens, config, clock }: ApiDeps, { type, path }: Target): readonly Route[] {
  const assignmentOf = ({ params: { target = '', user = '', role = '' } }: ApiRequest): RoleAssignment => ({
    userId: user,
    targetType: type,
    targetId: target,
    roleId: role,
  });
  const missing = (assignment: RoleAssignment) =>
    new VolvoxError(
      'not-found',
      `Could not find role assignment with role: ${assignment.roleId}, user or group: ${assignment.userId}, ${type}: ${assignment.targetId}.`,
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
        const assignment = assignmentOf(request);
        await directory.transaction(async (tx) => {
          await getRole(tx, assignment.roleId);
          await getUser(tx, assignment.userId);
          if (type === 'project') await getProject(tx, assignment.targetId);
          else if (assignment.targetId !== DEFAULT_DOMAIN.id) {
            throw new VolvoxError('not-found', `Could not find domain: ${assignment.targetId}.`);
          }
          await assignRole(tx, assignment, clock.now());
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
        const assignment = assignmentOf(request);
        const found = await listAssignments(directory.read, assignment);
        if (found.length === 0) throw missing(assignment);
      },
    }),
    route({
      ...common,
      method: 'DELETE',
      summary: `Takes a role in a ${type} from a user.`,
      policy: REVOKE_GRANT,
      handle: async (request) => {
        const assignment = assignmentOf(request);
        const had = await directory.transaction((tx) => unassignRole(tx, assignment, clock.now()));
        if (!had) throw missing(assignment);
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
        const roles = await listRoles(directory.read, [{ member: 'id', anyOf: found.map((one) => one.roleId) }]);
        return collection(
          config,
          'roles',
          roles.map(({ id, name }) => ({ id, name, domain_id: null, links: selfLink(config, 'roles', id) })),
        );
      },
    }),
  ];
}
