import { done } from '#platform/operations/definition.ts';
import type { CellParts } from '../../../cell/conductor/parts.ts';
import type { CellTx } from '../../../cell/database/cell-database.ts';
import type { Breakage } from './breakage.ts';
import { swapStep } from './swap-step.ts';

/** A step whose effect and record are two transactions: done again after a crash in between, it takes its room a second time. */
export const claimsTwice: Breakage = {
  name: 'claims-twice',
  what: 'the first step of a resize commits its claim apart from its record',
  operations: (definitions) =>
    swapStep(definitions, 'resize', 'claim-target', (step) => ({
      ...step,
      do: async (context, deps) => {
        const { database } = deps as unknown as CellParts;
        let output: unknown;
        const inTransaction: typeof context.inTransaction = async (work) => {
          output = await database.transaction((tx: CellTx) => work(tx as never));
          return { outcome: 'committed' };
        };
        await step.do({ ...context, inTransaction }, deps);
        return done(output);
      },
    })),
};
