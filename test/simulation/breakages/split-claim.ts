import { sql } from 'kysely';
import type { CellParts } from '../../../cell/conductor/parts.ts';
import type { CellTx } from '../../../cell/database/cell-database.ts';
import type { Breakage } from './breakage.ts';
import { swapStep } from './swap-step.ts';

const count = (tx: CellTx, hostId: string, guests: number) =>
  tx
    .updateTable('hosts')
    .set({ guests: sql<number>`guests + ${guests}` })
    .where('id', '=', hostId)
    .execute();

/** A step that is not idempotent: after a crash between its two transactions the first count stays, and a repeated step counts again. */
export const splitClaim: Breakage = {
  name: 'split-claim',
  what: 'the first step of a resize counts the guest on its host before the transaction that claims the capacity',
  focus: 'resize',
  operations: (definitions) =>
    swapStep(definitions, 'resize', 'claim-target', (step) => ({
      ...step,
      do: async (context, deps) => {
        const { database } = deps as unknown as CellParts;
        const [hostId = ''] = (context.params as { candidates: readonly string[] }).candidates;
        await database.transaction((tx) => count(tx, hostId, 1));
        return step.do(
          {
            ...context,
            inTransaction: (work) =>
              context.inTransaction(async (tx) => {
                await count(tx as CellTx, hostId, -1);
                return work(tx);
              }),
          },
          deps,
        );
      },
    })),
};
