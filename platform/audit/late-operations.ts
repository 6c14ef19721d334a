import type { OperationRow, OperationStore } from '../operations/store.ts';
import type { Clock } from '../time/clock.ts';
import type { Auditor, Difference } from './auditor.ts';

const MAX_ROWS = 200;

/** An operation is late if it is past its deadline and has not ended, or is stranded: neither direction works, and an operator has to help. */
export const lateOperations = (store: Pick<OperationStore<never>, 'list'>, clock: Clock): Auditor => ({
  kinds: ['operation-late'],
  settleMs: 0,
  look: async () => {
    const [overdue, stranded] = await Promise.all([
      store.list({ overdueAt: clock.now(), limit: MAX_ROWS }),
      store.list({ state: 'stranded', limit: MAX_ROWS }),
    ]);
    const late = new Map([...overdue, ...stranded].map((row) => [row.id, row]));
    return [...late.values()].filter((row) => row.finishedAt === null).map(lateOperation);
  },
});

const lateOperation = ({ id, kind, subject, state, message }: OperationRow): Difference => ({
  kind: 'operation-late',
  subject: id,
  message: `${kind} of ${subject} is ${state} past its deadline${message === null ? '' : `: ${message}`}`,
  advice: `volvox operation show ${id} --timeline; then volvox operation resolve ${id} --forward or --back`,
});
