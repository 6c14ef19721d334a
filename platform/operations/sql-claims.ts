import { Batcher } from '../batching/batcher.ts';
import type { Reader, Writer } from '../database/database.ts';
import { operationFromTable } from './operation-rows.ts';
import type { OperationRow, OperationStore } from './store.ts';
import type { WithOperations } from './tables.ts';

const MAX_BATCH_SIZE = 100;
/** The second is there so that a slow statement does not keep up all others. */
const MAX_IN_PROGRESS = 2;

interface Claim {
  readonly id: string;
  readonly owner: string;
  readonly now: number;
  readonly leaseMs: number;
}

/**
 * `claim` of an operation store. Claims that come at the same time are three statements together; one that comes alone is two. A batch that
 * fails, as when one of its rows is locked for too long, is claimed one by one.
 */
export function claimTogether(
  read: Reader<WithOperations>,
  write: Writer<WithOperations>,
): OperationStore<never>['claim'] {
  const batcher = new Batcher<Claim, PromiseSettledResult<OperationRow | null>>({
    maxBatchSize: MAX_BATCH_SIZE,
    maxInProgress: MAX_IN_PROGRESS,
    send: async (claims) => {
      const [first] = claims;
      if (first === undefined) return [];
      if (claims.length === 1) return Promise.allSettled([claimOne(first)]);
      try {
        return (await claimAll(first, claims)).map((value) => ({ status: 'fulfilled', value }));
      } catch {
        // Each claim alone tells its own caller what is wrong.
        return Promise.allSettled(claims.map(claimOne));
      }
    },
  });

  const take = (ids: readonly string[], { owner, now, leaseMs }: Claim) =>
    write
      .updateTable('operations')
      .set((eb) => ({ lease_owner: owner, lease_token: eb('lease_token', '+', 1), lease_expires_at: now + leaseMs }))
      .where('id', 'in', ids)
      .where('finished_at', 'is', null)
      .where('lease_expires_at', '<=', now)
      .executeTakeFirst();

  const claimOne = async (claim: Claim): Promise<OperationRow | null> => {
    const { numUpdatedRows } = await take([claim.id], claim);
    if (numUpdatedRows !== 1n) return null;
    const row = await read.selectFrom('operations').selectAll().where('id', '=', claim.id).executeTakeFirst();
    return row?.lease_owner === claim.owner ? operationFromTable(row) : null;
  };

  /** A row was claimed by this call if it is the owner's now, with the next token after the one before. */
  const claimAll = async (first: Claim, claims: readonly Claim[]): Promise<readonly (OperationRow | null)[]> => {
    const ids = [...new Set(claims.map(({ id }) => id))];
    const now = Math.max(...claims.map((claim) => claim.now));
    const before = await read.selectFrom('operations').select(['id', 'lease_token']).where('id', 'in', ids).execute();
    const tokens = new Map(before.map((row) => [row.id, Number(row.lease_token)]));
    const { numUpdatedRows } = await take(ids, { ...first, now });
    if (numUpdatedRows === 0n) return claims.map(() => null);
    const rows = await read.selectFrom('operations').selectAll().where('id', 'in', ids).execute();
    const claimed = new Map(
      rows
        .filter((row) => row.lease_owner === first.owner && Number(row.lease_token) === (tokens.get(row.id) ?? 0) + 1)
        .map((row) => [row.id, operationFromTable(row)]),
    );
    return claims.map(({ id }) => claimed.get(id) ?? null);
  };

  return async (id, owner, now, leaseMs) => {
    const claimed = await batcher.ask(JSON.stringify([owner, leaseMs]), { id, owner, now, leaseMs });
    if (claimed.status === 'rejected') throw claimed.reason;
    return claimed.value;
  };
}
