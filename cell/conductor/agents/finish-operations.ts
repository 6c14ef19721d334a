import { toJson } from '#platform/database/json-column.ts';
import type { DesiredPower, ObservedGuest } from '#platform/objects/guest.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type ReportedGuest, saveObserved } from '../../database/stores/guest-reports.ts';
import { lockWaitingOperations, settleInstances } from '../../database/stores/waiting-operations.ts';
import { VM_STATE_AT } from '../actions/power-before.ts';
import { lostDisks } from '../operations/discarded-disks.ts';
import { POWER_KINDS } from '../operations/power.ts';
import type { ConductorParts } from '../parts.ts';

/** Operations whose last step waits for the guest to be as desired, and for nothing else. */
const KINDS: readonly string[] = ['build', ...POWER_KINDS];
/** States of a build whose guest may run. */
const BUILDING: ReadonlySet<string | null> = new Set(['networking', 'spawning']);
const CHANGING_POWER: ReadonlySet<string | null> = new Set([
  ...['powering-on', 'powering-off', 'rebooting', 'rebooting_hard'],
  ...['pausing', 'unpausing', 'suspending', 'resuming'],
]);

const isSettledPower = (power: DesiredPower): power is keyof typeof VM_STATE_AT => power in VM_STATE_AT;

/** The report says that the guest of a build runs, on a host that needs no record of it, or that a change of power is done. Pure. */
function mayEnd(observed: ObservedGuest, row: ReportedGuest): boolean {
  if (!observed.settled || observed.error !== null || row.role !== 'current' || row.operationId === null) return false;
  if (BUILDING.has(row.taskState)) return observed.power === 'running' && row.buildFailures === 0;
  const observedParts = observed.parts === undefined ? null : toJson(observed.parts);
  return (
    CHANGING_POWER.has(row.taskState) && isSettledPower(row.power) && !lostDisks({ parts: row.parts, observedParts })
  );
}

interface Ending {
  readonly observed: ObservedGuest;
  readonly row: ReportedGuest;
}

/**
 * Stores reports. Operations that wait for one of them, and for nothing else, end in the same transaction: all of a report together, without a
 * worker for each. An operation at which a worker is looking now is left to it.
 * @returns ids of the guests whose operations have ended.
 */
export async function saveReports(
  parts: ConductorParts,
  reports: readonly ObservedGuest[],
  rows: ReadonlyMap<string, ReportedGuest>,
): Promise<ReadonlySet<string>> {
  const { database, engine, clock } = parts;
  const now = clock.now();
  const endings = new Map<string, Ending>();
  for (const observed of reports) {
    const row = rows.get(observed.guestId);
    if (row !== undefined && mayEnd(observed, row)) endings.set(observed.guestId, { observed, row });
  }
  if (endings.size === 0 || engine.isDrilled) {
    await saveObserved(database.write, reports, now);
    return new Set();
  }
  const uuids = [...endings.values()].map(({ row }) => row.instanceUuid);
  const ended = await database.transaction(async (tx) => {
    const locked = await lockWaitingOperations(tx, uuids, KINDS, now);
    await saveObserved(tx, reports, now);
    const waiting = locked.flatMap(({ guestId, generation, operation }) => {
      const ending = endings.get(guestId);
      return ending?.observed.generation === generation ? [{ ...ending, operation }] : [];
    });
    if (waiting.length === 0) return [];
    await settle(tx, waiting, now);
    const ends = await engine.endWaiting(
      tx,
      waiting.map(({ operation, row }) => ({ row: operation, host: row.hostName })),
    );
    return ends.map((row, at) => ({ row, guestId: waiting[at]?.row.id ?? '' }));
  });
  engine.noteEnded(ended.map(({ row }) => row));
  return new Set(ended.map(({ guestId }) => guestId));
}

/** One statement for all instances that end alike. */
async function settle(tx: CellTx, waiting: readonly (Ending & { operation: { kind: string } })[], now: number) {
  const alike = Map.groupBy(waiting, ({ observed, row, operation }) =>
    [operation.kind === 'build', row.power, observed.power].join(),
  );
  for (const group of alike.values()) {
    const [first] = group;
    if (first === undefined || !isSettledPower(first.row.power)) continue;
    const as = {
      ...{ vmState: VM_STATE_AT[first.row.power], powerState: POWER_STATE[first.observed.power] },
      isLaunch: first.operation.kind === 'build',
    };
    await settleInstances(
      tx,
      group.map(({ row }) => row.instanceUuid),
      as,
      now,
    );
  }
}
