import type { Clock } from '../time/clock.ts';
import { OVER } from '../time/over.ts';
import type { OperationRow, OperationStore } from './store.ts';

/** The lease went to another worker, or an operator took it away: nothing more may be written by this one. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

interface AcquiredLease {
  /** Aborts with LeaseLost when the lease is somebody else's, or has run out while the store could not be reached. */
  readonly lost: AbortSignal;
  /** To be called when the operation is parked or ended. */
  stop(): void;
}

interface Parts {
  readonly store: Pick<OperationStore<unknown>, 'extend'>;
  readonly clock: Clock;
  readonly leaseMs: number;
}

/** Extends the lease under which `row` was claimed, three times in its length, until it is stopped or lost. */
export function keepLease({ store, clock, leaseMs }: Parts, row: OperationRow): AcquiredLease {
  const over = new AbortController();
  const lost = new AbortController();
  const keep = async () => {
    let expiresAt = row.leaseExpiresAt;
    for (;;) {
      await clock.sleep(leaseMs / 3, over.signal);
      if (over.signal.aborted) return;
      const until = clock.now() + leaseMs;
      const answer = await store.extend(row.id, row.leaseToken, until).catch(() => 'unknown' as const);
      if (answer === true) expiresAt = until;
      if (over.signal.aborted) return;
      if (answer === false || clock.now() >= expiresAt) return lost.abort(new LeaseLost(row.id));
    }
  };
  void keep();
  return { lost: lost.signal, stop: () => over.abort(OVER) };
}
