import { type ExpressionBuilder, sql } from 'kysely';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { VmState } from '#platform/states/vm-state.ts';
import type { CellReader, CellTx, CellWriter } from '../cell-database.ts';
import { cellRowOrNull } from '../cell-row.ts';
import type { CellTables } from '../tables.ts';
import { newVersion } from './new-version.ts';

/** Changes of instances after a failure, or after their guest has stopped by itself. Nothing here starts or stops a guest. */

/** The power of a guest in an agent's report. */
interface ReportedPower {
  readonly instanceUuid: string;
  readonly guestId: string;
  readonly powerState: number;
}

const MAY_FAIL = ['active', 'stopped', 'paused', 'suspended', 'rescued'] as const;
/** A server that is in ERROR learns of it, too; one that is soft-deleted learns of it when it is restored. */
export const MAY_LOSE_DISKS = [...MAY_FAIL, 'error'] as const;

/**
 * Sets the instance to ERROR with the reason, so that its user sees the failure and may reboot it hard. Nothing happens if an action has
 * begun since, or if the guest has another generation than the report. @returns whether it is in ERROR with this reason.
 */
export async function markFailed(
  db: CellWriter,
  { instanceUuid, guestId, powerState }: ReportedPower,
  generation: number,
  fault: string,
  now: number,
  from: readonly VmState[] = MAY_FAIL,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('instances')
    .set({
      vm_state: 'error',
      power_state: powerState,
      fault,
      ...newVersion(now),
    })
    .where('uuid', '=', instanceUuid)
    .where('guest_id', '=', guestId)
    .where('operation_id', 'is', null)
    .where('vm_state', 'in', from)
    .where(isOfGeneration(guestId, generation))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/**
 * The guest has stopped by itself. An active instance is stopped; in any other state it shows that power, as in Nova. @returns false when an
 * action has begun since, or the guest has another generation than the report.
 */
export async function markStopped(
  tx: CellTx,
  { instanceUuid, guestId }: Omit<ReportedPower, 'powerState'>,
  generation: number,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('instances')
    .set({
      vm_state: sql<VmState>`CASE vm_state WHEN 'active' THEN 'stopped' ELSE vm_state END`,
      power_state: POWER_STATE.shutdown,
      ...newVersion(now),
    })
    .where('uuid', '=', instanceUuid)
    .where('guest_id', '=', guestId)
    .where('operation_id', 'is', null)
    .where(isOfGeneration(guestId, generation))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

const isOfGeneration = (guestId: string, generation: number) => (eb: ExpressionBuilder<CellTables, 'instances'>) =>
  eb.exists(eb.selectFrom('guests').select('id').where('id', '=', guestId).where('generation', '=', generation));

/** The columns that tell whether an instance is a failed build. */
interface BuildState {
  readonly epoch: number;
  readonly vmState: string;
  readonly buildFailedAt: number | null;
  readonly operationId: string | null;
}

/** Locks the row: a delete is either seen here, or does not find the row. */
export const lockBuildState = async (tx: CellTx, uuid: string): Promise<BuildState | null> =>
  cellRowOrNull(await selectBuildState(tx, uuid).forUpdate().executeTakeFirst());

export const findBuildState = async (read: CellReader, uuid: string): Promise<BuildState | null> =>
  cellRowOrNull(await selectBuildState(read, uuid).executeTakeFirst());

const selectBuildState = (read: CellReader, uuid: string) =>
  read
    .selectFrom('instances')
    .select(['epoch', 'vm_state', 'build_failed_at', 'operation_id'])
    .where('uuid', '=', uuid);

/** A failed build becomes ERROR with the reason. @returns false when the instance is no failed build of this epoch any more. */
export async function buryFailedBuild(
  db: CellWriter,
  uuid: string,
  epoch: number,
  fault: string,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('instances')
    .set({
      vm_state: 'error',
      task_state: null,
      fault,
      build_failed_at: null,
      ...newVersion(now),
    })
    .where('uuid', '=', uuid)
    .where('epoch', '=', epoch)
    .where('operation_id', 'is', null)
    .where('launched_at', 'is', null)
    .where('vm_state', 'in', ['building', 'error'])
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Builds that failed before this time (ms since the epoch) and that the global tier has not answered become ERROR. */
export async function showUnansweredBuilds(db: CellWriter, failedBefore: number, now: number): Promise<void> {
  await db
    .updateTable('instances')
    .set({
      vm_state: 'error',
      task_state: null,
      ...newVersion(now),
    })
    .where('build_failed_at', '<', failedBefore)
    .where('vm_state', '=', 'building')
    .where('operation_id', 'is', null)
    .execute();
}
