import type { NetworkRecord } from '#platform/directory/stores/networks.ts';
import type { PortRecord } from '#platform/directory/stores/ports.ts';
import { parentInUse, SUBPORT_OWNER, type SubportRecord } from '#platform/directory/stores/trunks.ts';
import type { VolvoxError } from '#platform/errors/volvox-error.ts';
import { conflicting, invalidInput } from '../policy.ts';
import { MAX_SUBPORTS, type NewSubport } from './schema.ts';

const LARGEST_VLAN = 4094;

type Segment = Pick<SubportRecord, 'portId' | 'segmentationId'>;

/** Which segment a request means: the id that it gives, or that of the port's network (`inherit`). */
export type AskedSegment = { readonly portId: string; readonly segmentationId: number | 'inherit' };

/**
 * Reads what a request says of subports, before anything is looked up.
 * @throws VolvoxError invalid, naming the member; conflict when a segment or a port is named twice.
 */
export function readSubports(given: readonly NewSubport[]): readonly AskedSegment[] {
  const asked = given.map(({ port_id: portId, segmentation_type: type, segmentation_id: id }, at) => {
    const wrong = (member: string, why: string) =>
      invalidInput(`Invalid input for operation: sub_ports[${at}].${member}: ${why}.`);
    if (type === 'inherit') return { portId, segmentationId: 'inherit' as const };
    if (type === undefined || id === undefined)
      throw wrong(
        type === undefined ? 'segmentation_type' : 'segmentation_id',
        "Invalid subport details: missing segmentation information. Must specify both segmentation_id and segmentation_type, or segmentation_type 'inherit'",
      );
    if (type !== 'vlan') throw wrong('segmentation_type', `'${type}' is not one of 'vlan', 'inherit'`);
    const number = Number(id);
    if (number < 1 || number > LARGEST_VLAN)
      throw wrong('segmentation_id', `${id} is not between 1 and ${LARGEST_VLAN}`);
    return { portId, segmentationId: number };
  });
  const twice = asked.find(({ portId }, at) => asked.findIndex((other) => other.portId === portId) < at);
  if (twice === undefined) return asked;
  throw invalidInput(`Invalid input for operation: sub_ports: port ${twice.portId} is named more than once.`);
}

/** @throws VolvoxError invalid when the port's network has no VLAN of its own. */
export function segmentOf({ portId, segmentationId }: AskedSegment, network: NetworkRecord): Segment {
  if (segmentationId !== 'inherit') return { portId, segmentationId };
  if (network.segmentType === 'vlan' && network.segmentId !== null)
    return { portId, segmentationId: network.segmentId };
  throw invalidInput(
    `Invalid input for operation: Cannot accept segmentation type 'inherit' of port ${portId}: its network ${network.id} is of type ${network.segmentType}, not vlan.`,
  );
}

/** @throws VolvoxError conflict when two subports would have one segment, invalid when there would be too many. */
export function requireFreeSegments(trunkId: string, there: readonly Segment[], added: readonly Segment[]): void {
  const all = [...there, ...added];
  if (all.length > MAX_SUBPORTS)
    throw invalidInput(
      `Invalid input for sub_ports: trunk ${trunkId} would have ${all.length} subports. Expected: ${MAX_SUBPORTS} at most.`,
    );
  const used = new Set<number>();
  for (const { segmentationId } of all) {
    if (used.has(segmentationId))
      throw conflicting(
        `segmentation_type vlan and segmentation_id ${segmentationId} already in use on trunk ${trunkId}.`,
        'DuplicateSubPort',
      );
    used.add(segmentationId);
  }
}

/** A tagged frame is as long as one of the parent's network at most. @throws VolvoxError conflict */
export function requireMtu(
  trunkId: string,
  parent: NetworkRecord,
  { portId, network }: { readonly portId: string; readonly network: NetworkRecord },
): void {
  if (network.mtu <= parent.mtu) return;
  throw conflicting(
    `MTU ${network.mtu} of subport ${portId} cannot be greater than MTU ${parent.mtu} of trunk ${trunkId}.`,
    'SubPortMtuGreaterThanTrunkPortMtu',
  );
}

/** @param parents those of these ports that are parents. @throws VolvoxError conflict when something else uses the port. */
export function requireUnused(port: PortRecord, parentId: string, parents: ReadonlySet<string>): void {
  const { id, deviceId, deviceOwner, networkId } = port;
  if (deviceOwner === SUBPORT_OWNER) throw subportInUse(id);
  if (id === parentId || parents.has(id)) throw parentInUse(id);
  if (deviceId === '') return;
  throw conflicting(
    `Unable to complete operation on port ${id} for network ${networkId}. Port already has an attached device ${deviceId}.`,
    'PortInUse',
  );
}

/** The port is a subport already. */
export const subportInUse = (id: string): VolvoxError =>
  conflicting(`Port ${id} is in use by another trunk.`, 'TrunkPortInUse');
