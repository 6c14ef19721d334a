import type { ObservedGuest } from '#platform/objects/guest.ts';
import { type ReportedGuest, saveObserved } from '../../database/stores/guest-reports.ts';
import { activateInstances, lockWaitingBuilds } from '../../database/stores/waiting-builds.ts';
import type { ConductorParts } from '../parts.ts';

/** States of a build whose guest may run. */
const BUILDING: readonly (string | null)[] = ['networking', 'spawning'];

/** The report says that the guest of a build runs, on a host that needs no record of it. Pure. */
const mayEndBuild = (observed: ObservedGuest, row: ReportedGuest | undefined): boolean =>
  row !== undefined &&
  observed.settled &&
  observed.error === null &&
  observed.power === 'running' &&
  row.role === 'current' &&
  row.operationId !== null &&
  row.buildFailures === 0 &&
  BUILDING.includes(row.taskState);

/**
 * Stores reports. Builds that wait for one of them, and for nothing else, end in the same transaction: all of a report together, without a
 * worker for each. A build at which a worker is looking now is left to it.
 * @returns ids of the guests whose builds have ended.
 */
export async function saveReports(
  parts: ConductorParts,
  reports: readonly ObservedGuest[],
  rows: ReadonlyMap<string, ReportedGuest>,
): Promise<ReadonlySet<string>> {
  const { database, engine, clock } = parts;
  const now = clock.now();
  const running = new Map(
    reports.flatMap((one) => (mayEndBuild(one, rows.get(one.guestId)) ? [[one.guestId, one] as const] : [])),
  );
  if (running.size === 0 || engine.isDrilled) {
    await saveObserved(database.write, reports, now);
    return new Set();
  }
  const uuids = [...running.keys()].flatMap((id) => rows.get(id)?.instanceUuid ?? []);
  const ended = await database.transaction(async (tx) => {
    const waiting = await lockWaitingBuilds(tx, uuids, now);
    await saveObserved(tx, reports, now);
    const built = waiting.filter(({ guestId, generation }) => running.get(guestId)?.generation === generation);
    if (built.length === 0) return [];
    await activateInstances(
      tx,
      built.map(({ instanceUuid }) => instanceUuid),
      now,
    );
    const operations = built.map(({ operation, guestId }) => ({
      row: operation,
      host: rows.get(guestId)?.hostName,
    }));
    return (await engine.endWaiting(tx, operations)).map((row, at) => ({ row, guestId: built[at]?.guestId ?? '' }));
  });
  engine.noteEnded(ended.map(({ row }) => row));
  return new Set(ended.map(({ guestId }) => guestId));
}
