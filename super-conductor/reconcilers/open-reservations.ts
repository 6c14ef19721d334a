import type { CellDoor } from '#platform/directory/cell-doors.ts';
import {
  listOpenReservations,
  type OpenReservation,
  reservationOf,
  settleReservation,
} from '#platform/directory/stores/reservation-changes.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { GlobalDeps } from '../deps.ts';

/** How many instances a door lists at most. */
const MAX_BATCH_SIZE = 1_000;
const DEADLINE_MS = 2_000;

/**
 * A quota reservation is open if a resize, confirm or revert was requested and the instance has not been idle in its cell since: the
 * request may still be in progress, be undone there, or never have arrived. What the cell says settles it.
 */
export function openReservations(deps: Pick<GlobalDeps, 'directory' | 'cells' | 'clock'>): Reconciler {
  const { directory, cells, clock } = deps;
  const settle = async ({ door }: CellDoor, open: readonly OpenReservation[]): Promise<void> => {
    const uuids = open.map(({ uuid }) => uuid);
    const { instances } = await door.listInstances(
      { filter: { uuids }, sort: [{ key: 'uuid', direction: 'asc' }], after: null, limit: MAX_BATCH_SIZE },
      { deadlineMs: DEADLINE_MS },
    );
    const byUuid = new Map(instances.map((instance) => [instance.uuid, instance]));
    for (const one of open) {
      const instance = byUuid.get(one.uuid);
      const reservation = instance === undefined ? null : reservationOf(instance);
      if (reservation !== null)
        await directory.transaction((tx) => settleReservation(tx, one, reservation, clock.now()));
    }
  };
  let wereOpen = false;
  return {
    name: 'open reservations',
    everyMs: 1_000,
    hasMore: () => wereOpen,
    reconcile: async () => {
      const open = await listOpenReservations(directory.read, clock.now());
      wereOpen = open.length > 0;
      const rounds = [...Map.groupBy(open, ({ cellId }) => cellId)].flatMap(([cellId, ofCell]) => {
        const cell = cells.find(cellId);
        return cell === undefined ? [] : chunks(ofCell).map((chunk) => settle(cell, chunk));
      });
      // A cell that does not answer is asked again at the next round, and delays no other.
      const failed = (await Promise.allSettled(rounds)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    },
  };
}

const chunks = (open: readonly OpenReservation[]): readonly (readonly OpenReservation[])[] =>
  Array.from({ length: Math.ceil(open.length / MAX_BATCH_SIZE) }, (_, at) =>
    open.slice(at * MAX_BATCH_SIZE, (at + 1) * MAX_BATCH_SIZE),
  );
