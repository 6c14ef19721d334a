import type { RawBuilder, Selectable } from 'kysely';
import { sqlTime } from '../../../database/json-column.ts';
import { VolvoxError } from '../../../errors/volvox-error.ts';
import { timestamp } from '../../../time/clock.ts';
import type { DirectoryTx, DirectoryWriter } from '../../directory.ts';
import type { InstanceHomesTable } from '../../schema/instance-homes.ts';
import { type HomeState, storedHomeState } from './home-state.ts';
import { HOME_TRANSITIONS, type PlaceColumn, type TransitionName } from './transitions.ts';

type Row = Selectable<InstanceHomesTable>;
type Value<C extends keyof Row> = Row[C] | RawBuilder<Row[C]>;
type Sets<N extends TransitionName> = (typeof HOME_TRANSITIONS)[N]['sets'][number];

/** The values that the row must have, in addition to its state. */
type Expected = Partial<
  Pick<Row, 'epoch' | 'delete_requested' | 'build_revision' | 'moving_operation_id' | 'moving_epoch'>
>;

/**
 * The only statement that changes where an instance lives. It writes if the row is in a state from which HOME_TRANSITIONS allows the
 * transition, and has the expected values.
 * @returns whether it wrote.
 */
export async function tryTransition<N extends TransitionName>(
  directory: DirectoryWriter,
  name: N,
  uuid: string,
  sets: { readonly [C in Sets<N>]: Value<C> },
  now: number,
  expected: Expected = {},
): Promise<boolean> {
  const { from, to }: { readonly from: readonly HomeState[]; readonly to: HomeState | null } = HOME_TRANSITIONS[name];
  const values: Partial<{ [C in PlaceColumn]: Value<C> }> = sets;
  let query = directory
    .updateTable('instance_homes')
    .set({ ...values, ...(to === null ? {} : { state: storedHomeState(to) }), updated_at: sqlTime(timestamp(now)) })
    .where('uuid', '=', uuid)
    .where('state', 'in', from.map(storedHomeState));
  for (const [column, value] of Object.entries(expected) as [keyof Expected, string | number | null][])
    query = value === null ? query.where(column, 'is', null) : query.where(column, '=', value);
  const { numUpdatedRows } = await query.executeTakeFirst();
  return numUpdatedRows === 1n;
}

/**
 * `tryTransition` for a caller that has locked the row and has seen that the transition is allowed.
 * @throws VolvoxError internal when it is not: nothing of the transaction may stay.
 */
export async function transition<N extends TransitionName>(
  tx: DirectoryTx,
  name: N,
  uuid: string,
  sets: { readonly [C in Sets<N>]: Value<C> },
  now: number,
): Promise<void> {
  if (await tryTransition(tx, name, uuid, sets, now)) return;
  throw new VolvoxError('internal', `The home of instance ${uuid} is in no state for the transition ${name}.`);
}
