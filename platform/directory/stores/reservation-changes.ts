import type { Reader } from '../../database/database.ts';
import type { Instance } from '../../objects/instance.ts';
import type { Directory, DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';
import { lockHome } from './homes/get-homes.ts';
import { setHomeQuota } from './homes/home-details.ts';
import { storedHomeState } from './homes/home-state.ts';
import { giveQuota, takeQuota } from './quotas.ts';

/** What an instance holds of its project's quota. */
export interface QuotaReservation {
  readonly vcpus: number;
  readonly ramMb: number;
}

/** See schema/reservation-changes.ts. */
interface ReservationChange {
  readonly uuid: string;
  readonly id: string;
}

/** Far longer than a request to a cell can take with all its retries, ms. */
const UNDER_WAY_MS = 60_000;

/**
 * Call it before the cell is asked: from now on the instance reserves at least `atLeast` (null: what it has reserved), until it is idle
 * in its cell. Changes nothing when the instance is deleted or buried: then no cell has it.
 * @throws VolvoxError quota-exceeded.
 */
export async function beginReservationChange(
  tx: DirectoryTx,
  { uuid, id }: ReservationChange,
  atLeast: QuotaReservation | null,
  now: number,
): Promise<void> {
  const home = await lockHome(tx, uuid);
  if (home === null || home.state === 'deleted' || home.state === 'buried') return;
  if (atLeast !== null) {
    const { vcpus, ramMb } = largerReservation(home, atLeast);
    await takeQuota(tx, home.projectId, { cores: vcpus - home.vcpus, ram: ramMb - home.ramMb });
    await setHomeQuota(tx, uuid, { vcpus, ramMb }, now);
  }
  const row = { instance_uuid: uuid, change_id: id, under_way_until: now + UNDER_WAY_MS };
  await tx.insertInto('hold_changes').values(row).execute();
}

/** The cell has certainly accepted or refused the request. Without this call, that is assumed after `UNDER_WAY_MS`. */
export async function answerReservationChange({ write }: Directory, { uuid, id }: ReservationChange): Promise<void> {
  await write
    .updateTable('hold_changes')
    .set({ under_way_until: 0 })
    .where('instance_uuid', '=', uuid)
    .where('change_id', '=', id)
    .execute();
}

/** Records a change that its cell has carried out already. A repeated one changes nothing. */
export async function openReservation(tx: DirectoryTx, { uuid, id }: ReservationChange): Promise<void> {
  const home = await lockHome(tx, uuid);
  if (home === null || home.state === 'deleted' || home.state === 'buried') return;
  const row = { instance_uuid: uuid, change_id: id, under_way_until: 0 };
  await tx.insertInto('hold_changes').values(row).onDuplicateKeyUpdate({ change_id: id }).execute();
}

/** The changes of one instance, none of which can still be on its way to its cell. */
export interface OpenReservation {
  readonly uuid: string;
  readonly cellId: string;
  readonly changeIds: readonly string[];
}

export async function listOpenReservations(
  read: Reader<DirectoryTables>,
  now: number,
): Promise<readonly OpenReservation[]> {
  const rows = await read
    .selectFrom('hold_changes')
    .innerJoin('instance_homes', 'instance_homes.uuid', 'hold_changes.instance_uuid')
    .select(['instance_uuid', 'change_id', 'under_way_until', 'cell_id'])
    .where('state', '=', storedHomeState('placed'))
    .execute();
  return [...Map.groupBy(rows, (row) => row.instance_uuid)].flatMap(([uuid, changes]) => {
    const cellId = changes[0]?.cell_id ?? null;
    if (cellId === null || changes.some((change) => Number(change.under_way_until) > now)) return [];
    return [{ uuid, cellId, changeIds: changes.map((change) => change.change_id) }];
  });
}

/**
 * Reserves what the cell says, whatever the limits are. Changes nothing when another change has begun since `open` was read: what the
 * cell said may be older.
 */
export async function settleReservation(
  tx: DirectoryTx,
  open: OpenReservation,
  reservation: QuotaReservation,
  now: number,
): Promise<void> {
  const home = await lockHome(tx, open.uuid);
  if (home === null || home.state !== 'placed' || home.cellId !== open.cellId) return;
  const changes = await tx
    .selectFrom('hold_changes')
    .select('change_id')
    .where('instance_uuid', '=', open.uuid)
    .execute();
  if (changes.some((change) => !open.changeIds.includes(change.change_id))) return;
  await giveQuota(tx, home.projectId, { cores: home.vcpus - reservation.vcpus, ram: home.ramMb - reservation.ramMb });
  await setHomeQuota(tx, open.uuid, reservation, now);
  await tx.deleteFrom('hold_changes').where('instance_uuid', '=', open.uuid).execute();
}

/** The quota that an instance needs while it is idle in its cell: until a resize is confirmed, the larger of both flavors. Null: not idle. */
export function reservationOf({ flavor, oldFlavor, taskState }: Pick<Instance, 'flavor' | 'oldFlavor' | 'taskState'>) {
  return taskState?.startsWith('resize') === true ? null : largerReservation(flavor, oldFlavor ?? flavor);
}

export const largerReservation = (a: QuotaReservation, b: QuotaReservation): QuotaReservation => ({
  vcpus: Math.max(a.vcpus, b.vcpus),
  ramMb: Math.max(a.ramMb, b.ramMb),
});
