import { invalidInput } from '../policy.ts';
import type { NewNetwork } from './schema.ts';

/** The segment that identifies a network on the wire. A flat network without a physical network is a separate bridge on each host. */
interface Segment {
  readonly segmentType: 'flat' | 'vlan' | 'vxlan';
  readonly physicalNetwork: string | null;
  /** null: a flat network has none; another network gets a free one when it is inserted. */
  readonly segmentId: number | null;
}

const LARGEST_VLAN = 4094;
const LARGEST_VXLAN = 16_777_215;

/**
 * Without a type it is `vxlan`, so that it reaches all hosts that are joined by VXLAN; an external network is `flat`, since each host leads
 * outside by itself.
 * @throws VolvoxError invalid, naming the attribute.
 */
export function segmentOf(given: NewNetwork): Segment {
  const type = given['provider:network_type'] ?? defaultType(given);
  const physical = given['provider:physical_network'] ?? null;
  const asked = given['provider:segmentation_id'] ?? null;
  const id = asked === null ? null : Number(asked);
  if (type === 'flat') {
    if (id !== null) throw invalidInput('Invalid input for provider:segmentation_id: a flat network has none.');
    return { segmentType: type, physicalNetwork: physical, segmentId: null };
  }
  const largest = type === 'vlan' ? LARGEST_VLAN : LARGEST_VXLAN;
  if (id !== null && (id < 1 || id > largest)) {
    throw invalidInput(`Invalid input for provider:segmentation_id: ${id} is not between 1 and ${largest}.`);
  }
  if (type === 'vxlan') {
    if (physical !== null) throw invalidInput('Invalid input for provider:physical_network: a vxlan network has none.');
    // Not NULL, so that the unique key sees two networks of one id.
    return { segmentType: type, physicalNetwork: '', segmentId: id };
  }
  if (physical === null) throw invalidInput('Invalid input for provider:physical_network: a vlan network needs one.');
  return { segmentType: type, physicalNetwork: physical, segmentId: id };
}

/** Somebody who names a physical network or an id, but no type, means the type that has no id or any physical network. */
function defaultType(given: NewNetwork): Segment['segmentType'] {
  const isFlat = given['router:external'] === true || (given['provider:physical_network'] ?? null) !== null;
  return isFlat ? 'flat' : 'vxlan';
}

const ETHERNET_MTU = 1500;
/** Of VXLAN over IPv4. */
const VXLAN_BYTES = 50;
/** What a frame may have when hosts are joined by Ethernet. */
export const defaultMtu = (type: Segment['segmentType']): number =>
  type === 'vxlan' ? ETHERNET_MTU - VXLAN_BYTES : ETHERNET_MTU;
