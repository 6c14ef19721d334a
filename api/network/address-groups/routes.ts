import { randomUUID } from 'node:crypto';
import {
  type AddressGroupRecord,
  changeAddressGroup,
  deleteAddressGroup,
  getAddressGroup,
  insertAddressGroup,
  listAddressGroups,
  lockAddressGroup,
} from '#platform/directory/stores/address-groups.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import { sharedOf } from '#platform/directory/stores/rbac-policies.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Authorizing, authorizeOwner } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { deleteRoute, listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { ownerOf } from '../policy.ts';
import { type Created, readCreate } from '../request-types.ts';
import { readAddresses, withAddresses, withoutAddresses } from './change-addresses.ts';
import { CREATE_ADDRESS_GROUP, DELETE_ADDRESS_GROUP, GET_ADDRESS_GROUP, UPDATE_ADDRESS_GROUP } from './policy.ts';
import * as schemas from './schema.ts';
import { addressGroupView } from './view.ts';

const PATH = '/v2.0/address-groups';

/** Address groups, which rules of security groups name: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/address-groups`. */
export function addressGroupRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const now = () => timestamp(clock.now());
  const views = async (groups: readonly AddressGroupRecord[], { projectId }: Pick<Authorizing, 'projectId'>) => {
    const ids = groups.map(({ id }) => id);
    const shared = await sharedOf(directory.read, 'address_group', projectId, ids);
    return groups.map((group) => addressGroupView(group, shared.has(group.id)));
  };
  /** @throws HttpFault 412 when `If-Match` names another revision. */
  const change = async (
    { caller, headers, params: { id = '' } }: Pick<ApiRequest, 'caller' | 'headers' | 'params'>,
    changesOf: (group: AddressGroupRecord) => Parameters<typeof changeAddressGroup>[2],
  ) => {
    const checkRevision = requiredRevision(headers);
    const group = await directory.transaction(async (tx) => {
      const locked = authorizeOwner(UPDATE_ADDRESS_GROUP, caller, await lockAddressGroup(tx, caller, id));
      checkRevision(locked);
      return changeAddressGroup(tx, locked, changesOf(locked), now());
    });
    const [view] = await views([group], caller);
    return { address_group: view };
  };
  const changesAddresses = (
    last: string,
    summary: string,
    changed: (group: AddressGroupRecord, given: readonly string[]) => readonly string[],
  ) =>
    route<schemas.AddressesBody>({
      method: 'PUT',
      path: `${PATH}/:id/${last}`,
      summary,
      policy: UPDATE_ADDRESS_GROUP,
      authorizes: 'handler',
      body: schemas.addressesBody,
      response: schemas.showAddressGroupResponse,
      handle: (request) => change(request, (group) => ({ addresses: changed(group, request.body.addresses) })),
    });
  const noun = nounOf({
    one: 'address_group',
    many: 'address_groups',
    path: 'address-groups',
    policy: GET_ADDRESS_GROUP,
    attributes: schemas.ADDRESS_GROUP_ATTRIBUTES,
    query: schemas.listAddressGroupsQuery,
    responses: { list: schemas.listAddressGroupsResponse, show: schemas.showAddressGroupResponse },
    list: ({ caller }, listing) => listAddressGroups(directory.read, caller, listing),
    get: (caller, id) => getAddressGroup(directory.read, caller, id),
    views: (rows, { caller }) => views(rows, caller),
  });

  return [
    listRoute(noun, 'Lists address groups.'),
    route<Created<schemas.NewAddressGroup>>({
      method: 'POST',
      path: PATH,
      summary: 'Creates an address group, or several.',
      policy: CREATE_ADDRESS_GROUP,
      authorizes: 'handler',
      body: schemas.createAddressGroupBody,
      status: 201,
      response: schemas.createAddressGroupResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'address_group', 'address_groups');
        const at = now();
        const groups = items.map(
          (given): AddressGroupRecord => ({
            id: randomUUID(),
            projectId: ownerOf(CREATE_ADDRESS_GROUP, caller, given),
            name: given.name ?? '',
            description: given.description ?? '',
            addresses: readAddresses(given.addresses ?? []),
            ...{ createdAt: at, updatedAt: at, revision: 0 },
          }),
        );
        const owners = groups.map(({ projectId }) => projectId);
        await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'address_group', owners);
          for (const group of groups) await insertAddressGroup(tx, group);
        });
        return answer(await views(groups, caller));
      },
    }),
    showRoute(noun, 'Shows an address group.'),
    route<schemas.AddressGroupUpdate>({
      method: 'PUT',
      path: `${PATH}/:id`,
      summary: 'Changes the name or the description of an address group.',
      policy: UPDATE_ADDRESS_GROUP,
      authorizes: 'handler',
      body: schemas.updateAddressGroupBody,
      response: schemas.showAddressGroupResponse,
      handle: (request) => change(request, () => request.body.address_group),
    }),
    changesAddresses('add_addresses', 'Adds addresses to an address group.', withAddresses),
    changesAddresses('remove_addresses', 'Removes addresses from an address group.', withoutAddresses),
    deleteRoute(noun, {
      summary: 'Deletes an address group that no rule names.',
      policy: DELETE_ADDRESS_GROUP,
      directory,
      lock: lockAddressGroup,
      remove: deleteAddressGroup,
    }),
  ];
}
