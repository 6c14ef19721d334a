import {
  deleteRole,
  getRole,
  IMPLIED_ROLES,
  insertRole,
  listRoles,
  pageOfRoles,
  type RoleRecord,
  updateRole,
} from '#platform/directory/stores/roles.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { answerCollection } from '../collection.ts';
import { selfLink } from '../links.ts';
import { newId } from '../new-id.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { CREATE_ROLE, DELETE_ROLE, GET_ROLE, LIST_INFERENCES, LIST_ROLES, UPDATE_ROLE } from './policy.ts';
import {
  createRoleBody,
  inferencesResponse,
  listRolesQuery,
  ROLE_ATTRIBUTES,
  type RoleBody,
  roleResponse,
  rolesResponse,
  updateRoleBody,
} from './schema.ts';

export function roleRoutes({ directory, tokens, config, clock }: ApiDeps): readonly Route[] {
  const view = (role: RoleRecord) => ({
    id: role.id,
    name: role.name,
    description: role.description,
    domain_id: null,
    options: {},
    links: selfLink(config, 'roles', role.id),
  });
  return [
    route({
      method: 'GET',
      path: '/v3/roles',
      summary: 'Lists roles.',
      policy: LIST_ROLES,
      query: listRolesQuery,
      response: rolesResponse,
      handle: (request) =>
        answerCollection(request, config, {
          noun: 'roles',
          attributes: ROLE_ATTRIBUTES,
          list: (listing) => pageOfRoles(directory.read, listing),
          get: (id) => getRole(directory.read, id),
          view,
        }),
    }),
    route<RoleBody>({
      method: 'POST',
      path: '/v3/roles',
      summary: 'Creates a role.',
      policy: CREATE_ROLE,
      query: ignoredQuery,
      body: createRoleBody,
      status: 201,
      response: roleResponse,
      handle: async ({ body: { role } }) => {
        const created = { id: newId(), name: role.name ?? '', description: role.description ?? '' };
        await directory.transaction((tx) => insertRole(tx, created));
        return { role: view(created) };
      },
    }),
    route({
      method: 'GET',
      path: '/v3/roles/:id',
      summary: 'Shows a role.',
      policy: GET_ROLE,
      query: ignoredQuery,
      response: roleResponse,
      handle: async ({ params: { id = '' } }) => ({ role: view(await getRole(directory.read, id)) }),
    }),
    route<RoleBody>({
      method: 'PATCH',
      path: '/v3/roles/:id',
      summary: 'Changes a role.',
      policy: UPDATE_ROLE,
      query: ignoredQuery,
      body: updateRoleBody,
      response: roleResponse,
      handle: async ({ params: { id = '' }, body: { role } }) => {
        await directory.transaction((tx) =>
          updateRole(tx, id, {
            ...(role.name === undefined ? {} : { name: role.name }),
            ...(role.description === undefined ? {} : { description: role.description ?? '' }),
          }),
        );
        tokens.forget();
        return { role: view(await getRole(directory.read, id)) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/v3/roles/:id',
      summary: 'Deletes a role and its assignments.',
      policy: DELETE_ROLE,
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async ({ params: { id = '' } }) => {
        await directory.transaction((tx) => deleteRole(tx, id, clock.now()));
        tokens.forget();
      },
    }),
    route({
      method: 'GET',
      path: '/v3/role_inferences',
      summary: 'Lists which role implies which.',
      policy: LIST_INFERENCES,
      query: ignoredQuery,
      response: inferencesResponse,
      handle: async () => {
        const roles = await listRoles(directory.read);
        const named = (name: string) => roles.filter((role) => role.name === name).map(view);
        return {
          role_inferences: Object.entries(IMPLIED_ROLES).flatMap(([prior, implied]) =>
            named(prior).map((role) => ({ prior_role: role, implies: implied.flatMap(named) })),
          ),
        };
      },
    }),
  ];
}
