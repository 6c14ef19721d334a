import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { findInstance, type InstanceWrites, portWrites } from '../../database/stores/instances.ts';
import type { OperatedGuest } from '../../database/stores/operated-guest.ts';
import { type BindingOnHost, removeBinding } from '../../database/stores/port-bindings.ts';
import type { CellParts } from '../parts.ts';
import { type Owner, updateAsOwner } from './superseded.ts';

/** Wakes whoever has something to do: the network agent for ports that are not as desired, then the compute agent. */
export function wakeForPorts(
  parts: Pick<CellParts, 'agents'>,
  guest: OperatedGuest,
  bindings: readonly BindingOnHost[],
): void {
  const unsettled = bindings.filter(({ settled }) => !settled);
  parts.agents.wakeEach(unsettled, (binding) => binding.networkAgentId);
  if (!guest.settled && unsettled.every(({ present }) => !present)) parts.agents.wake(guest.computeAgentId, [guest.id]);
}

/** The build without the port, and without its network if no other port is on that. */
export function withoutPort(build: InstanceBuild, portId: string): InstanceBuild {
  const ports = build.ports.filter(({ id }) => id !== portId);
  const used = new Set(ports.map(({ networkId }) => networkId));
  return { ...build, ports, networks: build.networks.filter(({ id }) => used.has(id)) };
}

/**
 * Ends an operation with the port gone from its host and from the build of the instance.
 * @returns false when another operation owns the instance; nothing was written then.
 */
export async function endWithoutPort(
  tx: CellTx,
  owner: Owner,
  { guestId, portId }: { readonly guestId: string; readonly portId: string },
  writes: InstanceWrites,
): Promise<boolean> {
  // Users may change the build meanwhile: its row is locked before it is read.
  const instance = (await updateAsOwner(tx, owner, {})) ? await findInstance(tx, owner.subject) : null;
  if (instance === null) return false;
  const build = withoutPort(loadedBuild(instance), portId);
  await updateAsOwner(tx, owner, { ...portWrites(build), taskState: null, operationId: null, ...writes });
  await removeBinding(tx, guestId, portId, owner.now);
  return true;
}
