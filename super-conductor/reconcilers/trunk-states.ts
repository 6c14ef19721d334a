import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { listTrunksToLookAt, type TrunkToLookAt, writeTrunkState } from '#platform/directory/stores/trunk-states.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { PortOnHost } from '#platform/objects/port-binding.ts';
import type { GlobalDeps } from '../deps.ts';
import { trunkState } from './trunk-state.ts';

/** An active trunk is looked at again after so long: its host may have failed it since. */
const ACTIVE_MS = 60_000;
/** Another one whose state is known. */
const OTHERS_MS = 5_000;
/** One that is being built. */
const BUILDING_MS = 1_000;
const MAX_AT_ONCE = 200;
/** What one call of a door takes. */
const MAX_PORTS = 1_000;

/** Asks cells what their hosts have built of trunks, and writes down the state that follows. A cell that does not answer is asked again. */
export function trunkStates(deps: Pick<GlobalDeps, 'directory' | 'cells' | 'clock'>, log: Logger): Reconciler {
  const { directory, cells, clock } = deps;
  const ask = async (cell: CellDoor, trunks: readonly TrunkToLookAt[]): Promise<void> => {
    const ids = trunks.flatMap(({ portId, subportIds }) => [portId, ...subportIds]);
    const told: PortOnHost[] = [];
    for (let at = 0; at < ids.length; at += MAX_PORTS)
      told.push(...(await cell.door.portsOnHosts({ portIds: ids.slice(at, at + MAX_PORTS) })).ports);
    const byPort = Map.groupBy(told, ({ portId }) => portId);
    for (const trunk of trunks)
      await settle(
        trunk,
        [trunk.portId, ...trunk.subportIds].flatMap((id) => byPort.get(id) ?? []),
      );
  };
  /** They are looked at again later, so that they do not keep back those of other cells. */
  const putOff = async (trunks: readonly TrunkToLookAt[]): Promise<void> => {
    for (const trunk of trunks)
      await writeTrunkState(directory.write, trunk, { status: trunk.status, lookedAt: clock.now() });
  };
  const settle = async (trunk: TrunkToLookAt, told: readonly PortOnHost[]): Promise<void> => {
    const { status, reason } = trunkState(trunk, told);
    if (status !== trunk.status && reason !== null)
      log.warn({ trunk: trunk.id, status, reason }, 'a host has not built a trunk');
    await writeTrunkState(directory.write, trunk, {
      status,
      lookedAt: clock.now() - (status === 'BUILD' ? OTHERS_MS - BUILDING_MS : 0),
    });
  };
  let dueAt = 0;
  return {
    name: 'states of trunks',
    everyMs: 1_000,
    // One that is built, or failed, is due again soon.
    hasMore: () => clock.now() - dueAt <= OTHERS_MS + BUILDING_MS,
    reconcile: async () => {
      const before = { active: clock.now() - ACTIVE_MS, others: clock.now() - OTHERS_MS };
      const due = await listTrunksToLookAt(directory.read, before, MAX_AT_ONCE);
      if (due.length > 0) dueAt = clock.now();
      const byCell = Map.groupBy(due, ({ cellId }) => cellId);
      await Promise.all(
        [...byCell].map(async ([cellId, trunks]) => {
          const cell = cells.find(cellId);
          if (cell === undefined) return await putOff(trunks);
          await ask(cell, trunks).catch(async (error: unknown) => {
            log.debug({ cell: cell.name, reason: messageOf(error) }, 'a cell does not say what it has built of trunks');
            await putOff(trunks);
          });
        }),
      );
    },
  };
}
