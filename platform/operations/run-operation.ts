import type { AnyOperation } from './definition.ts';
import type { EngineParts } from './engine-options.ts';
import { keepLease } from './lease.ts';
import { leftAlone } from './progress.ts';
import { type Parked, runStep } from './run-step.ts';
import type { OperationRow } from './store.ts';

/**
 * Does the steps of a claimed operation until it ends or is parked. Invariants: only the holder of `leaseToken` writes; a step's
 * outcome is written before the next step begins; so after a crash at any place the row names a step that may be done again.
 * @param wakeUps `again` is set back before each look: if it is set afterwards, somebody should look once more.
 * @returns the row as it ended, or until when it is parked.
 * @throws LeaseLost, what `stopping` says, or what the store threw; the row then still says where to go on.
 */
export async function runOperation<D, Tx>(
  parts: EngineParts<D, Tx>,
  definition: AnyOperation<D, Tx> | undefined,
  claimed: OperationRow,
  wakeUps: { again: boolean },
  stopping: AbortSignal,
): Promise<OperationRow | Parked> {
  if (definition === undefined) {
    const why = `no worker of this release knows the operation ${claimed.kind}`;
    parts.log.error({ operation: claimed.id, kind: claimed.kind }, why);
    const progress = leftAlone({ now: parts.clock.now(), leaseMs: parts.leaseMs }, claimed, why);
    await parts.store.save(claimed, progress);
    return { parkedUntil: progress.wakeAt };
  }
  const lease = keepLease(parts, claimed);
  const signal = AbortSignal.any([lease.lost, stopping]);
  try {
    let row = claimed;
    while (row.finishedAt === null) {
      signal.throwIfAborted();
      wakeUps.again = false;
      const next = await runStep(parts, definition, row, signal);
      if ('parkedUntil' in next) return next;
      row = next;
    }
    return row;
  } finally {
    lease.stop();
  }
}
