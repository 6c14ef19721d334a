import type { Updateable } from 'kysely';
import { sqlTime } from '#platform/database/json-column.ts';
import { updateRows } from '#platform/database/write-rows.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import type { InstanceHomesTable } from '#platform/directory/schema/instance-homes.ts';
import { type HomeState, storedHomeState } from '#platform/directory/stores/homes/home-state.ts';
import { timestamp } from '#platform/time/clock.ts';

type HomeValues = Omit<Updateable<InstanceHomesTable>, 'uuid' | 'build' | 'user_data' | 'state'> & {
  readonly state?: HomeState;
};

/** Puts a home into any state, past the table of transitions: for what a test begins with. */
export async function setHome(
  tx: DirectoryTx,
  uuid: string,
  { state, ...values }: HomeValues,
  now: number,
): Promise<void> {
  const stored = state === undefined ? {} : { state: storedHomeState(state) };
  await updateRows(tx, 'instance_homes', { uuid }, { ...values, ...stored, updated_at: sqlTime(timestamp(now)) });
}
