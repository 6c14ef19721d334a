import type { Transaction } from 'kysely';
import { Type } from 'typebox';
import { type AnyOperation, defineOperation, done, type Step, wait } from '#platform/operations/definition.ts';
import type { LedgerTables } from './ledger.ts';

/** Ways in which a step ends, so in which a worker that comes back late could write. */
export const ENDINGS = ['commit', 'done', 'wait', 'fail'] as const;
type Ending = (typeof ENDINGS)[number];

interface LateWorker {
  readonly name: string;
  /** Resolves when the step may go on. */
  readonly gate: () => Promise<void>;
}

type LedgerTx = Transaction<LedgerTables>;
type LateStep = Step<object, LateWorker, LedgerTx>;

/** A step that comes to its gate, and then ends in one of the ways. */
const gated = (ending: Ending): LateStep => ({
  name: 'gated',
  undo: { reason: 'never undone here' },
  do: async (context, { name, gate }) => {
    await gate();
    if (ending === 'done') return done(name);
    if (ending === 'wait') return wait(3_600_000, name);
    if (ending === 'fail') throw new Error(`${name} failed`);
    return context.inTransaction(async (tx) => {
      await tx
        .insertInto('ledger')
        .values({ operation_id: context.operationId, step: 'gated', worker: name })
        .execute();
    });
  },
});

export const LATE_WORK: readonly AnyOperation<LateWorker, LedgerTx>[] = ENDINGS.map((ending) =>
  defineOperation({
    kind: ending,
    params: Type.Object({}),
    deadline: { ms: 3_600_000, policy: 'back' },
    steps: [gated(ending)],
  }),
);
