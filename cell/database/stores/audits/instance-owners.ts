import type { CellReader, CellWriter } from '../../cell-database.ts';
import { cellRows } from '../../cell-row.ts';
import { writeAtVersion } from '../instances.ts';
import { MAX_DIFFERENCES } from './unfinished.ts';

export interface OwnerlessInstance {
  readonly uuid: string;
  readonly operationId: string | null;
  readonly vmState: string;
  readonly version: number;
}

/** Instances that name an operation which has ended or does not exist. */
export const ownerlessInstances = async (read: CellReader): Promise<readonly OwnerlessInstance[]> =>
  cellRows(
    await read
      .selectFrom('instances')
      .leftJoin('operations', 'operations.id', 'instances.operation_id')
      .select(['instances.uuid', 'instances.operation_id', 'instances.vm_state', 'instances.version'])
      .where('instances.operation_id', 'is not', null)
      .where((eb) => eb.or([eb('operations.id', 'is', null), eb('operations.finished_at', 'is not', null)]))
      .limit(MAX_DIFFERENCES)
      .execute(),
  );

/**
 * Removes the owner and the task of an instance. @param fault not null: the instance never ran, and becomes ERROR with this fault.
 * @returns false when the instance was changed since it was read.
 */
export async function releaseOwnerless(
  db: CellWriter,
  { uuid, version }: Pick<OwnerlessInstance, 'uuid' | 'version'>,
  fault: string | null,
  now: number,
): Promise<boolean> {
  const failed = fault === null ? {} : { vmState: 'error' as const, fault };
  return writeAtVersion(db, uuid, version, { operationId: null, taskState: null, ...failed }, now);
}
