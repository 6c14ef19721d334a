import { randomUUID } from 'node:crypto';
import {
  type AddressScopeRecord,
  changeAddressScope,
  deleteAddressScope,
  getAddressScope,
  insertAddressScope,
  listAddressScopes,
  lockAddressScope,
} from '#platform/directory/stores/address-scopes.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import { requireUnused } from '#platform/directory/stores/rbac-objects.ts';
import { EVERY_PROJECT } from '#platform/directory/stores/rbac-policies.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorizeOwner } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { deleteRoute, listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { authorizeAttributes, ownerOf } from '../policy.ts';
import { type Created, readCreate } from '../request-types.ts';
import * as policies from './policy.ts';
import * as schemas from './schema.ts';
import { addressScopeView } from './view.ts';

const PATH = '/v2.0/address-scopes';

/** Address scopes, in which ranges of subnet pools do not overlap: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/address-scopes`. */
export function addressScopeRoutes({ directory }: Pick<ApiDeps, 'directory'>): readonly Route[] {
  const noun = nounOf({
    one: 'address_scope',
    many: 'address_scopes',
    path: 'address-scopes',
    policy: policies.GET_ADDRESS_SCOPE,
    attributes: schemas.ADDRESS_SCOPE_ATTRIBUTES,
    query: schemas.listAddressScopesQuery,
    responses: { list: schemas.listAddressScopesResponse, show: schemas.showAddressScopeResponse },
    list: ({ caller }, listing) => listAddressScopes(directory.read, caller, listing),
    get: (caller, id) => getAddressScope(directory.read, caller, id),
    views: (rows, { caller }) => rows.map((row) => addressScopeView(row, caller)),
  });

  return [
    listRoute(noun, 'Lists address scopes.'),
    route<Created<schemas.NewAddressScope>>({
      method: 'POST',
      path: PATH,
      summary: 'Creates an address scope, or several.',
      policy: policies.CREATE_ADDRESS_SCOPE,
      authorizes: 'handler',
      body: schemas.createAddressScopeBody,
      status: 201,
      response: schemas.createAddressScopeResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'address_scope', 'address_scopes');
        const scopes = items.map((given): AddressScopeRecord => {
          authorizeAttributes(policies.CREATE_SHARED, caller, given);
          const { name = '', ip_version: ipVersion, shared = false } = given;
          const projectId = ownerOf(policies.CREATE_ADDRESS_SCOPE, caller, given);
          return { id: randomUUID(), projectId, name, ipVersion, shared, revision: 0 };
        });
        const owners = scopes.map(({ projectId }) => projectId);
        await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'address_scope', owners);
          for (const scope of scopes) await insertAddressScope(tx, scope);
        });
        return answer(scopes.map((scope) => addressScopeView(scope, caller)));
      },
    }),
    showRoute(noun, 'Shows an address scope.'),
    route<schemas.AddressScopeUpdate>({
      method: 'PUT',
      path: `${PATH}/:id`,
      summary: 'Changes the name of an address scope, or whether it is for every project.',
      policy: policies.UPDATE_ADDRESS_SCOPE,
      authorizes: 'handler',
      body: schemas.updateAddressScopeBody,
      response: schemas.showAddressScopeResponse,
      handle: async ({ body: { address_scope: given }, caller, headers, params: { id = '' } }) => {
        const checkRevision = requiredRevision(headers);
        const scope = await directory.transaction(async (tx) => {
          const locked = authorizeOwner(policies.UPDATE_ADDRESS_SCOPE, caller, await lockAddressScope(tx, caller, id));
          authorizeAttributes(policies.UPDATE_SHARED, caller, given);
          checkRevision(locked);
          if (locked.shared && given.shared === false) {
            await requireUnused(tx, locked.projectId, forEveryProject(id));
          }
          return changeAddressScope(tx, locked, given);
        });
        return { address_scope: addressScopeView(scope, caller) };
      },
    }),
    deleteRoute(noun, {
      summary: 'Deletes an address scope that no subnet pool is in.',
      policy: policies.DELETE_ADDRESS_SCOPE,
      directory,
      lock: lockAddressScope,
      remove: deleteAddressScope,
    }),
  ];
}

/** What makes a scope shared. */
const forEveryProject = (objectId: string) =>
  ({ objectType: 'address_scope', objectId, action: 'access_as_shared', targetProject: EVERY_PROJECT }) as const;
