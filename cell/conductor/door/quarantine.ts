import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { releaseLooseEnds } from '../../database/stores/loose-ends.ts';
import { bindingsOfGuests, setDesiredBindings } from '../../database/stores/port-bindings.ts';
import { isInMove } from '../../database/stores/present-instances.ts';
import {
  agentsOf,
  giveUpQuarantined,
  lockInstanceRow,
  quarantineInstance,
} from '../../database/stores/quarantined-instances.ts';
import { markReleased } from '../../database/stores/released-builds.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * Quarantines an instance that lives elsewhere: its guests are stopped and keep their disks, its ports are unplugged, and requests for it
 * get the answer `moved`. An operation that owned it ends without touching it. Nothing happens when the cell does not have the instance at
 * this epoch any more, or while a move handles it; so the call may be repeated.
 */
export async function quarantine(parts: ConductorParts, uuid: string, epoch: number, reason: string): Promise<void> {
  const { database, clock, log } = parts;
  const now = clock.now();
  const kept = await database.transaction(async (tx) => {
    await markReleased(tx, uuid, epoch, now);
    const row = await lockInstanceRow(tx, uuid);
    if (row === null || row.epoch !== epoch || row.deletedAt !== null || (await isInMove(tx, uuid))) return null;
    const guests = await quarantineInstance(tx, row, reason, now);
    await setDesiredBindings(tx, guests, { present: false, leaving: true }, now);
    return { guests, owner: row.operationId, hosts: await releaseLooseEnds(tx, uuid, now) };
  });
  if (kept === null) return;
  log.warn({ instance: uuid, epoch, reason, guests: kept.guests }, 'quarantined an instance that lives elsewhere');
  parts.hosts.changed(kept.hosts);
  await tellAgents(parts, kept.guests);
  if (kept.owner !== null) parts.engine.wake(kept.owner);
}

/** @throws VolvoxError not-found when the instance is not quarantined here at this epoch. */
export async function removeQuarantined(parts: ConductorParts, uuid: string, epoch: number): Promise<void> {
  const { database, clock, log } = parts;
  const guests = await database.transaction((tx) => giveUpQuarantined(tx, uuid, epoch, clock.now()));
  if (guests === null) {
    throw new VolvoxError('not-found', `No instance ${uuid} of epoch ${epoch} is quarantined here.`);
  }
  log.warn({ instance: uuid, epoch, guests }, 'removed a quarantined instance');
  await tellAgents(parts, guests);
}

async function tellAgents(parts: ConductorParts, guestIds: readonly string[]): Promise<void> {
  const { read } = parts.database;
  const [guests, bindings] = await Promise.all([agentsOf(read, guestIds), bindingsOfGuests(read, guestIds)]);
  parts.agents.wakeEach(guests, (guest) => guest.computeAgentId);
  parts.agents.wakeEach(bindings, (binding) => binding.networkAgentId);
  parts.hosts.changed([...new Set(guests.map((guest) => guest.hostId))]);
}
