import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import { getNetwork } from '#platform/directory/stores/networks.ts';
import {
  deleteSubnet,
  getSubnet,
  listSubnets,
  lockSubnet,
  type SubnetRecord,
} from '#platform/directory/stores/subnets.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorize, authorizeOwner } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { deleteRoute, listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { ownerOf } from '../policy.ts';
import { type Created, readCreate } from '../request-types.ts';
import { readHostSettings } from './host-settings.ts';
import { CREATE_SUBNET, DELETE_SUBNET, GET_SUBNET, UPDATE_OUTSIDE, UPDATE_SUBNET } from './policy.ts';
import {
  createSubnetBody,
  createSubnetResponse,
  listSubnetsQuery,
  listSubnetsResponse,
  type NewSubnet,
  SUBNET_ATTRIBUTES,
  type SubnetUpdate,
  showSubnetResponse,
  updateSubnetBody,
} from './schema.ts';
import { subnetView } from './view.ts';
import { changeSubnet, createSubnet } from './write-subnet.ts';

/** Subnets: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/subnets`. */
export function subnetRoutes({
  directory,
  clock,
  config,
}: Pick<ApiDeps, 'directory' | 'clock' | 'config'>): readonly Route[] {
  const noun = nounOf({
    one: 'subnet',
    many: 'subnets',
    path: 'subnets',
    policy: GET_SUBNET,
    attributes: SUBNET_ATTRIBUTES,
    query: listSubnetsQuery,
    responses: { list: listSubnetsResponse, show: showSubnetResponse },
    list: ({ caller }, listing) => listSubnets(directory.read, caller, listing),
    get: (caller, id) => getSubnet(directory.read, caller, id),
    views: (rows) => rows.map(subnetView),
  });
  return [
    listRoute(noun, 'Lists subnets.'),
    route<Created<NewSubnet>>({
      method: 'POST',
      path: '/v2.0/subnets',
      summary: 'Creates a subnet, or several.',
      policy: CREATE_SUBNET,
      authorizes: 'handler',
      body: createSubnetBody,
      status: 201,
      response: createSubnetResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'subnet', 'subnets');
        for (const given of items) {
          authorizeOwner(CREATE_SUBNET, caller, await getNetwork(directory.read, caller, given.network_id));
        }
        const requested = items.map((given) => ({
          given: { ...given, ...readHostSettings(given) },
          projectId: ownerOf(CREATE_SUBNET, caller, given),
        }));
        const owners = requested.map(({ projectId }) => projectId);
        const rows = await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'subnet', owners);
          const made: SubnetRecord[] = [];
          for (const { given, projectId } of requested)
            made.push(
              await createSubnet(tx, given, projectId, {
                now: timestamp(clock.now()),
                reserved: config.reservedRanges,
                viewer: caller,
              }),
            );
          return made;
        });
        return answer(rows.map(subnetView));
      },
    }),
    showRoute(noun, 'Shows a subnet.'),
    route<SubnetUpdate>({
      method: 'PUT',
      path: '/v2.0/subnets/:id',
      summary: 'Changes a subnet.',
      policy: UPDATE_SUBNET,
      authorizes: 'handler',
      body: updateSubnetBody,
      response: showSubnetResponse,
      handle: async ({ body: { subnet: given }, caller, headers, params: { id = '' } }) => {
        const checkRevision = requiredRevision(headers);
        await directory.transaction(async (tx) => {
          const row = authorizeOwner(UPDATE_SUBNET, caller, await lockSubnet(tx, caller, id));
          if ((await getNetwork(tx, caller, row.networkId)).external) authorize(UPDATE_OUTSIDE, caller);
          const changes = { ...given, ...readHostSettings(given) };
          checkRevision(row);
          await changeSubnet(tx, row, changes, timestamp(clock.now()));
        });
        return { subnet: subnetView(await getSubnet(directory.read, caller, id)) };
      },
    }),
    deleteRoute(noun, {
      summary: 'Deletes a subnet that no port has an address from.',
      policy: DELETE_SUBNET,
      directory,
      lock: lockSubnet,
      remove: (tx, row) => deleteSubnet(tx, row, timestamp(clock.now())),
    }),
  ];
}
