import type { Host } from '#platform/objects/host.ts';
import type { TaskState } from '#platform/states/task-state.ts';
import type { CellReader } from '../cell-database.ts';

/** What reads and writes whole disks, or memory, of a server (nova/compute/stats.py, io_workload; here also live migrations and shelving). */
const HEAVY_TASK_STATES: readonly TaskState[] = [
  'image_snapshot_pending',
  'image_snapshot',
  'image_pending_upload',
  'image_uploading',
  'image_backup',
  'shelving',
  'shelving_image_pending_upload',
  'shelving_image_uploading',
  'unshelving',
  'resize_prep',
  'resize_migrating',
  'resize_finish',
  'migrating',
  'rebuilding',
  'rescuing',
];

/** Host id → the servers that are being built, moved, saved or rescued there; a server that moves counts on both of its hosts. Hosts without any are left out. */
export async function ioOpsOfHosts(read: CellReader): Promise<ReadonlyMap<string, number>> {
  const rows = await read
    .selectFrom('instances')
    .innerJoin('guests', 'guests.instance_uuid', 'instances.uuid')
    .select((eb) => ['guests.host_id', eb.fn.countAll<number | bigint>().as('servers')])
    .where('instances.operation_id', 'is not', null)
    .where((eb) =>
      eb.or([eb('instances.vm_state', '=', 'building'), eb('instances.task_state', 'in', HEAVY_TASK_STATES)]),
    )
    .groupBy('guests.host_id')
    .execute();
  return new Map(rows.map(({ host_id, servers }) => [host_id, Number(servers)]));
}

export const withIoOps = (host: Host, counts: ReadonlyMap<string, number>): Host => ({
  ...host,
  ioOps: counts.get(host.id) ?? 0,
});
