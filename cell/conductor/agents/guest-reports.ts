import type { ObservedGuest } from '#platform/objects/guest.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { releaseClaims } from '../../database/stores/claims.ts';
import { forgetGuests, type ReportedGuest, reportedGuests, saveObserved } from '../../database/stores/guest-reports.ts';
import { setDesired } from '../../database/stores/guests.ts';
import { markFailed, markStopped } from '../../database/stores/instance-faults.ts';
import { type BindingOnHost, bindingsOfGuests, setDesiredBindings } from '../../database/stores/port-bindings.ts';
import { knownGuestIds, saveUnknownGuests } from '../../database/stores/unknown-guests.ts';
import { faultJson } from '../operations/fault.ts';
import type { ConductorParts } from '../parts.ts';

export type GuestVerdict =
  /** Of another time, or of a guest that is not this agent's: it means nothing. */
  | 'ignore'
  /** To be kept. */
  | 'keep'
  /** Nothing is left of a copy that was sent away: the row goes, with claim and ports. */
  | 'gone'
  /** It shut down from inside while nobody was doing anything with it. */
  | 'stopped-itself';

/** What a report means. Pure. */
export function judge(observed: ObservedGuest, row: ReportedGuest | undefined): GuestVerdict {
  if (row === undefined || observed.epoch !== row.epoch || observed.generation !== row.generation) return 'ignore';
  if (row.role === 'leaving' && observed.settled && observed.power === 'none') return 'gone';
  const byItself = observed.stoppedByItself && row.power === 'running' && row.role === 'current';
  return byItself && row.operationId === null ? 'stopped-itself' : 'keep';
}

/** Nobody is doing anything with it, and its agent says that it cannot be what is wanted of it. Pure. */
export const isBroken = (observed: ObservedGuest, row: ReportedGuest): boolean =>
  observed.error?.permanent === true && !observed.settled && row.role === 'current' && row.operationId === null;

/** Writes what a compute agent found, and wakes whoever waits for it. */
export async function reportGuests(
  parts: ConductorParts,
  agentId: string,
  reports: readonly ObservedGuest[],
): Promise<void> {
  const { read } = parts.database;
  const rows = new Map(
    (
      await reportedGuests(
        read,
        agentId,
        reports.map((observed) => observed.guestId),
      )
    ).map((row) => [row.id, row]),
  );
  const by: Record<GuestVerdict, ObservedGuest[]> = { ignore: [], keep: [], gone: [], 'stopped-itself': [] };
  for (const observed of reports) by[judge(observed, rows.get(observed.guestId))].push(observed);

  await noteUnknown(
    parts,
    agentId,
    by.ignore.filter((observed) => observed.generation === 0 && !rows.has(observed.guestId)),
  );
  await saveObserved(parts.database.write, by.keep, parts.clock.now());
  for (const observed of by.keep) {
    const row = rows.get(observed.guestId);
    if (row !== undefined && isBroken(observed, row)) await followFailure(parts, row, observed);
  }
  const stopped = by['stopped-itself'].flatMap((observed) => rows.get(observed.guestId) ?? []);
  for (const row of stopped) await followStop(parts, row);
  parts.agents.wake(
    agentId,
    stopped.map((row) => row.id),
  );
  const plugged = await forget(
    parts,
    by.gone.map((observed) => observed.guestId),
  );

  // Who waits for a copy to go waits for its ports too.
  for (const observed of [...by.keep, ...by.gone.filter(({ guestId }) => !plugged.has(guestId))]) {
    if (observed.settled || observed.error !== null) wakeOwners(parts, rows.get(observed.guestId));
  }
}

/** Who owns the instance, and who brings it here: one operation, but while a move comes back to a cell that it has just left. */
export function wakeOwners(
  parts: ConductorParts,
  row: { readonly operationId: string | null; readonly moverId: string | null } | undefined,
): void {
  for (const id of new Set([row?.operationId ?? null, row?.moverId ?? null])) if (id !== null) parts.engine.wake(id);
}

/** Guests that nobody told the agent about and that the cell has no copy of: for an operator, and otherwise left alone. */
async function noteUnknown(parts: ConductorParts, agentId: string, unlisted: readonly ObservedGuest[]): Promise<void> {
  if (unlisted.length === 0) return;
  const known = await knownGuestIds(
    parts.database.read,
    unlisted.map((observed) => observed.guestId),
  );
  const unknown = unlisted.filter((observed) => !known.has(observed.guestId));
  await saveUnknownGuests(parts.database, agentId, unknown, parts.clock.now());
}

/**
 * The instance is not what it seems to be (an action failed, and its host could not take it back either): its user sees ERROR and why,
 * and may reboot it hard. Nothing happens if an action began meanwhile.
 */
async function followFailure(parts: ConductorParts, row: ReportedGuest, observed: ObservedGuest): Promise<void> {
  const now = parts.clock.now();
  const why = observed.error?.message ?? 'The guest is not what is wanted of it.';
  const reported = { instanceUuid: row.instanceUuid, guestId: row.id, powerState: POWER_STATE[observed.power] };
  await markFailed(parts.database.write, reported, observed.generation, faultJson(why, now), now);
}

/** The instance follows its guest: it is stopped, and wanted stopped. Nothing happens if an action began meanwhile. */
async function followStop(parts: ConductorParts, row: ReportedGuest): Promise<void> {
  const now = parts.clock.now();
  await parts.database.transaction(async (tx) => {
    const reported = { instanceUuid: row.instanceUuid, guestId: row.id, powerState: POWER_STATE.shutdown };
    if (await markStopped(tx, reported, now)) await setDesired(tx, row.id, { power: 'stopped' }, now);
  });
}

/**
 * Forgets copies of which nothing is left, and lets their ports go. Repeating it changes nothing.
 * @returns those whose ports have still to go.
 */
async function forget(parts: ConductorParts, guestIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (guestIds.length === 0) return new Set();
  const result = await parts.database.transaction((tx) => forgetIn(tx, guestIds, parts.clock.now()));
  parts.hosts.changed(result.hosts);
  parts.agents.wakeEach(result.bindings, (binding) => binding.networkAgentId);
  return new Set(result.bindings.map((binding) => binding.guestId));
}

async function forgetIn(
  tx: CellTx,
  guestIds: readonly string[],
  now: number,
): Promise<{ hosts: readonly string[]; bindings: readonly BindingOnHost[] }> {
  const hosts = await releaseClaims(tx, guestIds);
  await forgetGuests(tx, guestIds);
  const bindings = await bindingsOfGuests(tx, guestIds);
  if (bindings.length > 0) await setDesiredBindings(tx, guestIds, { present: false, leaving: true }, now);
  return { hosts, bindings };
}
