import type { Kysely } from 'kysely';
import type { OperationRow } from '#platform/operations/store.ts';
import type { WithOperations } from '#platform/operations/tables.ts';
import type { Breakage } from './breakage.ts';

/** A worker that stood still, and whose operation others have taken over and brought on, writes all the same when it wakes up. */
export const fenceIgnored: Breakage = {
  name: 'fence-ignored',
  what: 'progress is written without a look at the lease, and at where the operation is by now',
  focus: 'resize',
  favours: 'pause',
  store: (store) => ({
    ...store,
    claim: (id, owner, now, leaseMs) => store.claim(id, owner, now, leaseMs),
    extend: async () => true,
    save: async (from, progress, options = {}) => {
      const { tx } = options;
      const now = tx === undefined ? await store.get(from.id) : await rowIn(tx as Kysely<WithOperations>, from);
      return store.save(now ?? from, progress, options);
    },
  }),
};

async function rowIn(tx: Kysely<WithOperations>, from: OperationRow): Promise<OperationRow> {
  const row = await tx
    .selectFrom('operations')
    .select(['lease_token', 'state', 'step_index', 'attempt'])
    .where('id', '=', from.id)
    .executeTakeFirstOrThrow();
  const { lease_token: leaseToken, state, step_index: stepIndex, attempt } = row;
  return { ...from, leaseToken, state, stepIndex, attempt };
}
