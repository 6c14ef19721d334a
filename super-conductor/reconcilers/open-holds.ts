import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { holdOf, listOpenHolds, type OpenHold, settleHold } from '#platform/directory/stores/hold-changes.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { GlobalDeps } from '../deps.ts';

/** What a door lists at most. */
const MOST_TOGETHER = 1_000;
const DEADLINE_MS = 2_000;

/**
 * The hold of an instance is open if a resize, confirm or revert was asked for and its cell has not been at rest with the instance since:
 * it may still be under way, be undone there, or never have arrived. The cell's own word settles it.
 */
export function openHolds(deps: Pick<GlobalDeps, 'directory' | 'cells' | 'clock'>): Reconciler {
  const { directory, cells, clock } = deps;
  const settle = async ({ door }: CellDoor, open: readonly OpenHold[]): Promise<void> => {
    const uuids = open.map(({ uuid }) => uuid);
    const { instances } = await door.listInstances(
      { filter: { uuids }, sort: [{ key: 'uuid', direction: 'asc' }], after: null, limit: MOST_TOGETHER },
      { deadlineMs: DEADLINE_MS },
    );
    const byUuid = new Map(instances.map((instance) => [instance.uuid, instance]));
    for (const one of open) {
      const instance = byUuid.get(one.uuid);
      const hold = instance === undefined ? null : holdOf(instance);
      if (hold !== null) await directory.transaction((tx) => settleHold(tx, one, hold, clock.now()));
    }
  };
  return {
    name: 'open holds',
    everyMs: 1_000,
    reconcile: async () => {
      const open = await listOpenHolds(directory.read, clock.now());
      const rounds = [...Map.groupBy(open, ({ cellId }) => cellId)].flatMap(([cellId, ofCell]) => {
        const cell = cells.find(cellId);
        return cell === undefined ? [] : chunks(ofCell).map((chunk) => settle(cell, chunk));
      });
      // A cell that does not answer is asked again at the next round, and holds up no other.
      const failed = (await Promise.allSettled(rounds)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    },
  };
}

const chunks = (open: readonly OpenHold[]): readonly (readonly OpenHold[])[] =>
  Array.from({ length: Math.ceil(open.length / MOST_TOGETHER) }, (_, at) =>
    open.slice(at * MOST_TOGETHER, (at + 1) * MOST_TOGETHER),
  );
