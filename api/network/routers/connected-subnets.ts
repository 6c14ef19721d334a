import type { Reader } from '#platform/database/database.ts';
import { EVERYTHING } from '#platform/directory/stores/listing.ts';
import { listPorts, type PortRecord } from '#platform/directory/stores/ports.ts';
import { interfacesOfRouters, type RouterRecord } from '#platform/directory/stores/routers.ts';
import { type SubnetRecord, subnetsOf } from '#platform/directory/stores/subnets.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { overlaps, parseCidr } from '#platform/objects/ip-address.ts';
import { invalidInput } from '../policy.ts';

type Read = Reader<DirectoryTables>;
const EVERYBODY = { projectId: '', isAdmin: true };

export const portsById = async (read: Read, ids: readonly string[]): Promise<readonly PortRecord[]> =>
  ids.length === 0 ? [] : listPorts(read, EVERYBODY, { ...EVERYTHING, filters: [{ member: 'id', anyOf: [...ids] }] });

/** What a router reaches directly. */
export interface Connected {
  /** Its ports on networks of projects. */
  readonly interfaces: readonly PortRecord[];
  /** Of the interfaces. */
  readonly subnets: readonly SubnetRecord[];
  /** Of its gateway's network, with an address of the gateway. */
  readonly external: readonly SubnetRecord[];
}

/** As the router is in the transaction that has locked it. */
export async function connectedSubnets(read: Read, router: RouterRecord): Promise<Connected> {
  const rows = await interfacesOfRouters(read, [router.id]);
  const gatewayIds = router.gatewayPortId === null ? [] : [router.gatewayPortId];
  const ports = await portsById(read, [...rows.map(({ portId }) => portId), ...gatewayIds]);
  const interfaces = ports.filter(({ id }) => id !== router.gatewayPortId);
  const all = await subnetsOf(read, [...new Set(ports.map(({ networkId }) => networkId))]);
  const reached = (some: readonly PortRecord[]) => {
    const ids = new Set(some.flatMap(({ fixedIps }) => fixedIps.map(({ subnetId }) => subnetId)));
    return all.filter(({ id }) => ids.has(id));
  };
  return {
    interfaces,
    subnets: reached(interfaces),
    external: reached(ports.filter(({ id }) => id === router.gatewayPortId)),
  };
}

/** @throws VolvoxError invalid when the router reaches one of these subnets, or one that overlaps with it. */
export function requireDistinct(added: readonly SubnetRecord[], reached: readonly SubnetRecord[]): void {
  for (const subnet of added) {
    if (reached.some(({ id }) => id === subnet.id))
      throw invalidInput(`Bad router request: Router already has a port on subnet ${subnet.id}.`, 'BadRequest');
    const own = parseCidr(subnet.cidr);
    const other = reached.find(({ cidr }) => {
      const range = parseCidr(cidr);
      return own !== null && range !== null && own.version === range.version && overlaps(own, range);
    });
    if (other === undefined) continue;
    throw invalidInput(
      `Bad router request: Cidr ${subnet.cidr} of subnet ${subnet.id} overlaps with cidr ${other.cidr} of subnet ${other.id}.`,
      'BadRequest',
    );
  }
}
