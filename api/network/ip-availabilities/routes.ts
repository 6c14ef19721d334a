import { getNetwork, listNetworks, type NetworkRecord } from '#platform/directory/stores/networks.ts';
import { subnetsOf } from '#platform/directory/stores/subnets.ts';
import { usedAddresses } from '#platform/directory/stores/used-addresses.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { answerList } from '../answer-list.ts';
import { showQuery } from '../response-types.ts';
import { GET_IP_AVAILABILITY } from './policy.ts';
import {
  IP_AVAILABILITY_ATTRIBUTES,
  listIpAvailabilitiesQuery,
  listIpAvailabilitiesResponse,
  showIpAvailabilityResponse,
} from './schema.ts';
import { ipAvailabilityView } from './view.ts';

const PATH = '/v2.0/network-ip-availabilities';

/** How many addresses networks have, and how many of them are in use. */
export function ipAvailabilityRoutes({ directory }: Pick<ApiDeps, 'directory'>): readonly Route[] {
  /** @param versions of the subnets that count; none: both. */
  const views = async (networks: readonly NetworkRecord[], versions: readonly string[]) => {
    const all = await subnetsOf(
      directory.read,
      networks.map(({ id }) => id),
    );
    const counted = all.filter(({ ipVersion }) => versions.length === 0 || versions.includes(String(ipVersion)));
    const used = await usedAddresses(
      directory.read,
      counted.map(({ id }) => id),
    );
    const subnets = Map.groupBy(counted, ({ networkId }) => networkId);
    return networks.map((network) => ipAvailabilityView(network, subnets.get(network.id) ?? [], used));
  };

  return [
    route({
      method: 'GET',
      path: PATH,
      summary: 'Lists how many addresses of networks are in use.',
      policy: GET_IP_AVAILABILITY,
      query: listIpAvailabilitiesQuery,
      fields: 'network_ip_availabilities',
      response: listIpAvailabilitiesResponse,
      handle: (request) =>
        answerList(request, {
          noun: 'network_ip_availabilities',
          path: 'network-ip-availabilities',
          attributes: IP_AVAILABILITY_ATTRIBUTES,
          list: (listing) => listNetworks(directory.read, request.caller, listing),
          get: (id) => getNetwork(directory.read, request.caller, id),
          views: (networks) => views(networks, request.query.ip_version ?? []),
        }),
    }),
    route({
      method: 'GET',
      path: `${PATH}/:id`,
      summary: 'Shows how many addresses of a network are in use.',
      policy: GET_IP_AVAILABILITY,
      query: showQuery,
      fields: 'network_ip_availability',
      response: showIpAvailabilityResponse,
      handle: async ({ caller, params: { id = '' } }) => {
        const [view] = await views([await getNetwork(directory.read, caller, id)], []);
        return { network_ip_availability: view };
      },
    }),
  ];
}
