import { getNetwork, listNetworks, type NetworkRecord } from '#platform/directory/stores/networks.ts';
import { subnetsOf } from '#platform/directory/stores/subnets.ts';
import { usedAddresses } from '#platform/directory/stores/used-addresses.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Route } from '../../http/route.ts';
import { listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { GET_IP_AVAILABILITY } from './policy.ts';
import {
  IP_AVAILABILITY_ATTRIBUTES,
  listIpAvailabilitiesQuery,
  listIpAvailabilitiesResponse,
  showIpAvailabilityResponse,
} from './schema.ts';
import { ipAvailabilityView } from './view.ts';

const _PATH = '/v2.0/network-ip-availabilities';

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
  const noun = nounOf({
    one: 'network_ip_availability',
    many: 'network_ip_availabilities',
    path: 'network-ip-availabilities',
    policy: GET_IP_AVAILABILITY,
    attributes: IP_AVAILABILITY_ATTRIBUTES,
    query: listIpAvailabilitiesQuery,
    responses: { list: listIpAvailabilitiesResponse, show: showIpAvailabilityResponse },
    list: ({ caller }, listing) => listNetworks(directory.read, caller, listing),
    get: (caller, id) => getNetwork(directory.read, caller, id),
    views: (networks, { query }) => views(networks, query.ip_version ?? []),
  });
  return [
    listRoute(noun, 'Lists how many addresses of networks are in use.'),
    showRoute(noun, 'Shows how many addresses of a network are in use.'),
  ];
}
