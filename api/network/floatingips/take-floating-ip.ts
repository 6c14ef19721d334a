import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { type FloatingIpRecord, insertFloatingIp } from '#platform/directory/stores/floating-ips.ts';
import { getNetwork, lockNetworks, type NetworkViewer } from '#platform/directory/stores/networks.ts';
import { insertPorts, lockPort, randomMac } from '#platform/directory/stores/ports.ts';
import { subnetsOf } from '#platform/directory/stores/subnets.ts';
import type { FixedIp } from '#platform/objects/network.ts';
import { readDnsDomain, readDnsName } from '../dns-names.ts';
import { takeAddresses } from '../ports/take-addresses.ts';
import { associate } from './associate.ts';
import { badFloatingIp } from './fixed-address.ts';

/** What is asked of a new floating address; `null` and absent are the same. */
interface NewFloatingIp {
  readonly floating_network_id: string;
  readonly subnet_id?: string | null;
  readonly floating_ip_address?: string | null;
  readonly port_id?: string | null;
  readonly fixed_ip_address?: string | null;
  readonly description?: string;
  readonly dns_name?: string;
  readonly dns_domain?: string;
}

/**
 * Takes an IPv4 address of an external network, writes it down as a port without a project, and leads it to the requested port, if any.
 * @throws VolvoxError as `takeAddresses` and `associate`; invalid when the network is not external, or has no subnet of IPv4.
 */
export async function takeFloatingIp(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  given: NewFloatingIp,
  projectId: string,
  now: string,
): Promise<FloatingIpRecord> {
  const portId = given.port_id ?? null;
  if (portId === null && (given.fixed_ip_address ?? null) !== null)
    throw badFloatingIp('fixed_ip_address cannot be specified without a port_id');
  const { floating_network_id: networkId } = given;
  await getNetwork(tx, viewer, networkId);
  const port = portId === null ? null : await lockPort(tx, viewer, portId);
  await lockNetworks(tx, [networkId]);
  const { external } = await getNetwork(tx, viewer, networkId);
  if (!external) throw badFloatingIp(`Network ${networkId} is not a valid external network (floating_network_id)`);
  const id = randomUUID();
  const { floatingPortId, address } = await takePort(tx, id, given, now);
  const unassociated: FloatingIpRecord = {
    ...{ id, projectId, description: given.description ?? '' },
    ...{ floatingNetworkId: networkId, floatingAddress: address, floatingPortId },
    ...{ fixedPortId: null, fixedAddress: null, routerId: null, status: 'DOWN' },
    ...{ dnsName: readDnsName(given.dns_name ?? ''), dnsDomain: readDnsDomain(given.dns_domain ?? ''), tags: [] },
    ...{ createdAt: now, updatedAt: now, revision: 0 },
  };
  const leads = port === null ? {} : await associate(tx, viewer, unassociated, port, given.fixed_ip_address);
  const floatingIp = { ...unassociated, ...leads };
  await insertFloatingIp(tx, floatingIp);
  return floatingIp;
}

async function takePort(
  tx: DirectoryTx,
  deviceId: string,
  { floating_network_id: networkId, subnet_id, floating_ip_address }: NewFloatingIp,
  now: string,
): Promise<{ readonly floatingPortId: string; readonly address: string }> {
  const subnets = (await subnetsOf(tx, [networkId])).filter(({ ipVersion }) => ipVersion === 4);
  if (subnets.length === 0)
    throw badFloatingIp(`Unable to find any IPv4 address on external network ${networkId}: it has no such subnet`);
  const asked = {
    ...(subnet_id === undefined || subnet_id === null ? {} : { subnet_id }),
    ...(floating_ip_address === undefined || floating_ip_address === null ? {} : { ip_address: floating_ip_address }),
  };
  const id = randomUUID();
  const fixedIps = await takeAddresses(tx, { portId: id, networkId, subnets, requested: [asked] });
  await insertPorts(tx, [portOf({ id, networkId, deviceId, fixedIps, now })]);
  return { floatingPortId: id, address: fixedIps[0]?.address ?? '' };
}

/** Nobody's, as the external network is not the project's: it counts for no quota of ports. */
const portOf = ({
  now,
  ...given
}: {
  readonly id: string;
  readonly networkId: string;
  readonly deviceId: string;
  readonly fixedIps: readonly FixedIp[];
  readonly now: string;
}) => ({
  ...given,
  ...{ projectId: '', name: '', description: '', mac: randomMac(), adminStateUp: true },
  ...{ deviceOwner: 'network:floatingip', status: 'N/A' },
  ...{ securityGroupIds: [], dnsName: '', portSecurityEnabled: false, madeForDevice: true, tags: [] },
  ...{ createdAt: now, updatedAt: now, revision: 1 },
});
