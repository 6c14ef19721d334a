import { toJson } from '#platform/database/json-column.ts';
import type { ObservedGuest } from '#platform/objects/guest.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { releaseClaims } from '../../database/stores/claims.ts';
import { forgetGuests, type ReportedGuest, reportedGuests, showPower } from '../../database/stores/guest-reports.ts';
import { MAY_LOSE_DISKS, markFailed } from '../../database/stores/instance-faults.ts';
import { guestsElsewhere, namesOfOwnHosts } from '../../database/stores/on-other-hosts.ts';
import { type BindingOnHost, bindingsOfGuests, setDesiredBindings } from '../../database/stores/port-bindings.ts';
import { knownGuestIds, saveUnknownGuests, unknownGuestsOf } from '../../database/stores/unknown-guests.ts';
import { acceptDiscarded, discardedFault, lostDisks } from '../operations/discarded-disks.ts';
import { faultJson } from '../operations/fault.ts';
import type { ConductorParts } from '../parts.ts';
import { saveReports } from './finish-operations.ts';
import { followStop } from './follow-stop.ts';
import { noteElsewhere, noteOverreach } from './overreach.ts';

/** Unknown guests of one agent that the cell stores, so that an agent cannot fill its database. Operators are shown as many of all. */
const MAX_UNKNOWN = 1_000;

type GuestVerdict =
  /** It is out of date, or the guest does not belong to this agent. */
  | 'ignore'
  /** It is to be stored. */
  | 'keep'
  /** Nothing is left of a guest that was to be removed: its row goes, with claim and ports. */
  | 'gone'
  /** The guest of an idle instance shut down from inside. */
  | 'stopped-itself';

/** The meaning of a report. Pure. */
export function judge(observed: ObservedGuest, row: ReportedGuest | undefined): GuestVerdict {
  if (row === undefined || observed.epoch !== row.epoch || observed.generation !== row.generation) return 'ignore';
  if (row.role === 'leaving' && observed.settled && observed.power === 'none') return 'gone';
  const byItself = observed.stoppedByItself && row.power === 'running' && row.role === 'current';
  return byItself && row.operationId === null ? 'stopped-itself' : 'keep';
}

const TOO_OLD = {
  message: "The agent of this guest's host is of a release that cannot do this to a guest. Upgrade it first.",
  details: null,
  permanent: true,
} as const;

/** An agent older than the parts of a guest reports what it knows, which is not all that was desired. Pure. */
export const asFarAsKnown = (observed: ObservedGuest, row: ReportedGuest | undefined): ObservedGuest =>
  observed.parts === undefined && observed.settled && observed.power !== 'none' && (row?.parts ?? null) !== null
    ? { ...observed, settled: false, error: TOO_OLD }
    : observed;

/** The guest is idle, and its agent says that it cannot reach its desired state. Pure. */
export const isBroken = (observed: ObservedGuest, row: ReportedGuest): boolean =>
  observed.error?.permanent === true && !observed.settled && row.role === 'current' && row.operationId === null;

/** The guest is idle, and its disks were discarded for a rebuild that went back. Pure. */
const isWithoutDisks = ({ parts }: ObservedGuest, row: ReportedGuest): boolean =>
  parts !== undefined &&
  row.role === 'current' &&
  row.operationId === null &&
  lostDisks({ parts: row.parts, observedParts: toJson(parts) });

/**
 * No operation will write the power of the instance, and it shows another one. An agent that fails says `none` of a guest that it could not
 * look at. Pure.
 */
const showsOtherPower = (observed: ObservedGuest, row: ReportedGuest): boolean =>
  (observed.settled || observed.power !== 'none') &&
  row.role === 'current' &&
  row.operationId === null &&
  row.shownPower !== null &&
  row.shownPower !== POWER_STATE[observed.power];

/** Stores what a compute agent observed, and wakes the operations that wait for it. */
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
  for (const report of reports) {
    const row = rows.get(report.guestId);
    const observed = asFarAsKnown(report, row);
    by[judge(observed, row)].push(observed);
  }

  const unlisted = by.ignore.filter((observed) => !rows.has(observed.guestId));
  const elsewhere = await guestsElsewhere(
    read,
    agentId,
    unlisted.map((observed) => observed.guestId),
  );
  noteElsewhere(parts, agentId, 'reported guests', elsewhere);
  await noteUnknown(
    parts,
    agentId,
    unlisted.filter((observed) => observed.generation === 0),
  );
  const ended = await saveReports(parts, by.keep, rows);
  const shown = by.keep.filter((observed) => {
    const row = rows.get(observed.guestId);
    return row !== undefined && showsOtherPower(observed, row);
  });
  await showPower(
    parts.database.write,
    shown.map(({ guestId }) => guestId),
    parts.clock.now(),
  );
  for (const observed of by.keep) {
    const row = rows.get(observed.guestId);
    if (row !== undefined && isBroken(observed, row)) await followFailure(parts, row, observed);
    if (row !== undefined && isWithoutDisks(observed, row)) await followDiscard(parts, agentId, row, observed);
  }
  const stopped = by['stopped-itself'].flatMap((observed) => rows.get(observed.guestId) ?? []);
  for (const row of stopped) await followStop(parts, { ...row, computeAgentId: agentId });
  const plugged = await forget(
    parts,
    by.gone.map((observed) => observed.guestId),
  );

  // An operation that waits for a guest to go waits for its ports too.
  for (const observed of [...by.keep, ...by.gone.filter(({ guestId }) => !plugged.has(guestId))]) {
    if (ended.has(observed.guestId)) continue;
    if (observed.settled || observed.error !== null) wakeOwners(parts, rows.get(observed.guestId));
  }
}

/** Wakes the owner of the instance, and the move that brings it here. They differ only while a move returns to a cell it has just left. */
export function wakeOwners(
  parts: ConductorParts,
  row: { readonly operationId: string | null; readonly moverId: string | null } | undefined,
): void {
  for (const id of new Set([row?.operationId ?? null, row?.moverId ?? null])) if (id !== null) parts.engine.wake(id);
}

/** Stores guests on hosts of the agent that no list told it about and that the cell has no row of. Only operators see them; nobody touches them. */
async function noteUnknown(parts: ConductorParts, agentId: string, unlisted: readonly ObservedGuest[]): Promise<void> {
  if (unlisted.length === 0) return;
  const known = await knownGuestIds(
    parts.database.read,
    unlisted.map((observed) => observed.guestId),
  );
  const own = await namesOfOwnHosts(
    parts.database.read,
    agentId,
    unlisted.map((observed) => observed.hostName),
  );
  const unknown = unlisted.filter((observed) => !known.has(observed.guestId) && own.has(observed.hostName));
  if (unknown.length === 0) return;
  const before = await unknownGuestsOf(parts.database.read, agentId);
  const added = unknown.filter(({ guestId }) => !before.has(guestId));
  const refused = new Set(added.slice(Math.max(0, MAX_UNKNOWN - before.size)));
  if (refused.size > 0) {
    noteOverreach(parts, agentId, `reported more than ${MAX_UNKNOWN} guests that nobody knows; the rest was left out`);
  }
  const kept = unknown.filter((observed) => !refused.has(observed));
  await saveUnknownGuests(parts.database, agentId, kept, parts.clock.now());
}

/**
 * An action failed, and the host could not undo it either. The user sees ERROR with the reason, and may reboot the server hard. Nothing
 * happens if another action has begun since.
 */
async function followFailure(parts: ConductorParts, row: ReportedGuest, observed: ObservedGuest): Promise<void> {
  const now = parts.clock.now();
  const why = observed.error?.message ?? 'The guest cannot reach its desired state.';
  const reported = { instanceUuid: row.instanceUuid, guestId: row.id, powerState: POWER_STATE[observed.power] };
  await markFailed(parts.database.write, reported, observed.generation, faultJson(why, now), now);
}

/** The user sees ERROR with the reason. Nothing happens if another action has begun since, or to a server that is soft-deleted. */
async function followDiscard(
  parts: ConductorParts,
  agentId: string,
  row: ReportedGuest,
  observed: ObservedGuest,
): Promise<void> {
  const now = parts.clock.now();
  const reported = { instanceUuid: row.instanceUuid, guestId: row.id, powerState: POWER_STATE[observed.power] };
  const isTold = await parts.database.transaction(async (tx) => {
    const fault = discardedFault(now);
    if (!(await markFailed(tx, reported, observed.generation, fault, now, MAY_LOSE_DISKS))) return false;
    await acceptDiscarded(tx, { ...row, observedParts: toJson(observed.parts) }, now);
    return true;
  });
  if (isTold) parts.agents.wake(agentId, [row.id]);
}

/**
 * Deletes the rows of guests of which nothing is left on a host, releases their claims, and has their ports unplugged. Repeating it
 * changes nothing. @returns the guests that still have ports.
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
