import type { DirectoryTx } from '#platform/directory/directory.ts';
import { getNetwork } from '#platform/directory/stores/networks.ts';
import { lockPort, type PortRecord, updatePort } from '#platform/directory/stores/ports.ts';
import { parentsAmong } from '#platform/directory/stores/subports-of-servers.ts';
import {
  deleteSubports,
  insertSubports,
  SUBPORT_OWNER,
  type SubportRecord,
  subportsOfTrunks,
  type TrunkRecord,
  updateTrunk,
} from '#platform/directory/stores/trunks.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Authorizing } from '../../http/policy.ts';
import { conflicting } from '../policy.ts';
import { isPlugged } from '../ports/is-plugged.ts';
import { type AskedSegment, requireFreeSegments, requireMtu, requireUnused, segmentOf } from './read-subports.ts';

const ANYBODY = { projectId: '', isAdmin: true };

/** A trunk and its parent, which the transaction has locked in this order. */
export interface LockedTrunk {
  readonly trunk: TrunkRecord;
  readonly parent: PortRecord;
}

/**
 * The port, if the caller may put it into a trunk: who owns a network sees the ports of others on it. @throws VolvoxError not-found for a port of
 * another project.
 */
export function ownPort(caller: Authorizing, port: PortRecord): PortRecord {
  if (caller.isAdmin || port.projectId === caller.projectId) return port;
  throw new VolvoxError('not-found', `Port ${port.id} could not be found.`, { details: { type: 'PortNotFound' } });
}

/** The same under its lock. */
export const lockOwnPort = async (tx: DirectoryTx, caller: Authorizing, id: string): Promise<PortRecord> =>
  ownPort(caller, await lockPort(tx, caller, id));

/** @throws VolvoxError conflict when the trunk is switched off: nothing of it may be changed then. */
export function requireEnabled({ id, adminStateUp }: TrunkRecord): void {
  if (!adminStateUp) throw conflicting(`Trunk ${id} is currently disabled.`, 'TrunkDisabled');
}

/**
 * Makes ports subports of a trunk. @throws VolvoxError conflict when a port or a segment is in use, or a network's MTU is larger than the
 * parent's; not-found for a port that the caller may not use.
 */
export async function addSubports(
  tx: DirectoryTx,
  caller: Authorizing,
  { trunk, parent }: LockedTrunk,
  asked: readonly AskedSegment[],
  now: string,
): Promise<void> {
  const own = await getNetwork(tx, ANYBODY, parent.networkId);
  const added: Pick<SubportRecord, 'portId' | 'segmentationId'>[] = [];
  const ports: PortRecord[] = [];
  // In the order of their ids, so that requests for the same ports wait for each other.
  for (const one of [...asked].sort((a, b) => (a.portId < b.portId ? -1 : 1))) {
    if (one.portId === parent.id) requireUnused(parent, parent.id, new Set());
    const port = await lockOwnPort(tx, caller, one.portId);
    requireUnused(port, parent.id, await parentsAmong(tx, [port.id]));
    const network = await getNetwork(tx, ANYBODY, port.networkId);
    requireMtu(trunk.id, own, { portId: port.id, network });
    added.push(segmentOf(one, network));
    ports.push(port);
  }
  requireFreeSegments(trunk.id, await subportsOfTrunks(tx, [trunk.id]), added);
  await insertSubports(tx, trunk.id, added);
  const status = isPlugged(parent.deviceOwner) ? 'ACTIVE' : 'DOWN';
  for (const port of ports)
    await updatePort(tx, port, { deviceId: trunk.id, deviceOwner: SUBPORT_OWNER, status, updatedAt: now });
}

/** @throws VolvoxError not-found for a port that is no subport of the trunk. */
export async function removeSubports(
  tx: DirectoryTx,
  { trunk }: LockedTrunk,
  portIds: readonly string[],
  now: string,
): Promise<void> {
  const there = new Set((await subportsOfTrunks(tx, [trunk.id])).map(({ portId }) => portId));
  const unknown = portIds.find((id) => !there.has(id));
  if (unknown !== undefined)
    throw new VolvoxError('not-found', `SubPort on trunk ${trunk.id} with parent port ${unknown} could not be found.`, {
      details: { type: 'SubPortNotFound' },
    });
  for (const id of [...new Set(portIds)].sort()) {
    const port = await lockPort(tx, ANYBODY, id);
    await updatePort(tx, port, { deviceId: '', deviceOwner: '', status: 'DOWN', updatedAt: now });
  }
  await deleteSubports(tx, portIds);
}

/**
 * The subports of a trunk have changed: the revisions of the trunk and of its parent say so, and the state of the trunk is to be asked for.
 * @throws VolvoxError conflict
 */
export async function noteSubports(tx: DirectoryTx, { trunk, parent }: LockedTrunk, now: string): Promise<void> {
  const status = isPlugged(parent.deviceOwner) ? ('BUILD' as const) : ('DOWN' as const);
  await updateTrunk(tx, trunk, { status, lookedAt: 0, updatedAt: now });
  await updatePort(tx, parent, { updatedAt: now });
}
