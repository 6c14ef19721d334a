import type { Updateable } from 'kysely';
import { sqlTime } from '#platform/database/json-column.ts';
import { updateRows } from '#platform/database/write-rows.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import type { InstanceHomesTable } from '#platform/directory/schema/instance-homes.ts';
import { timestamp } from '#platform/time/clock.ts';

/** Puts a home into any state, past the table of transitions: for what a test begins with. */
export async function setHome(
  tx: DirectoryTx,
  uuid: string,
  values: Omit<Updateable<InstanceHomesTable>, 'uuid' | 'build' | 'user_data'>,
  now: number,
): Promise<void> {
  await updateRows(tx, 'instance_homes', { uuid }, { ...values, updated_at: sqlTime(timestamp(now)) });
}
