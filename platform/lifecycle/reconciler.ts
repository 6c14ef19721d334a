import { messageOf } from '../errors/volvox-error.ts';
import type { Logger } from '../logging/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { Service } from './service.ts';

/** Compares what is with what should be, over and over, and repairs what differs. It takes no input but what it finds. */
export interface Reconciler {
  readonly name: string;
  /** Between the end of one round and the beginning of the next, ms. */
  readonly everyMs: number;
  /** One round. It may fail: the next one begins from what it finds then. A long one ends early when `stopping` aborts. */
  reconcile(stopping?: AbortSignal): Promise<void>;
  /** Whether the last round left something for the next one. Absent: no. */
  hasMore?(): boolean;
}

/** Waits for `everyMs`, or as long as is right; until `signal` aborts at most. */
export type Rest = (everyMs: number, signal: AbortSignal) => Promise<void>;

interface ReconcilerOptions {
  /** `start` resolves after the first round, whether it failed or not. */
  readonly awaitFirst?: boolean;
  /** How to wait after a round that failed in nothing and left nothing. Absent: for `everyMs`. */
  readonly rest?: Rest;
}

/**
 * Runs a reconciler at its pace, one round at a time, the first at once. A failure is logged when it differs from that of the round
 * before. After `stop` no round runs.
 */
export function reconcilerService(
  reconciler: Reconciler,
  log: Logger,
  clock: Clock,
  { awaitFirst = false, rest }: ReconcilerOptions = {},
): Service {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let failure: string | null = null;
  const round = async (): Promise<void> => {
    try {
      await reconciler.reconcile(stopping.signal);
      failure = null;
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== failure && !stopping.signal.aborted)
        log.warn({ reconciler: reconciler.name, reason }, 'a round failed');
      failure = reason;
    }
  };
  const rounds = async (first: Promise<void>): Promise<void> => {
    for (await first; !stopping.signal.aborted; await round()) {
      const mayRest = rest !== undefined && failure === null && reconciler.hasMore?.() !== true;
      await (mayRest ? rest : clock.sleep)(reconciler.everyMs, stopping.signal);
      if (stopping.signal.aborted) return;
    }
  };
  return {
    name: reconciler.name,
    start: async () => {
      const first = round();
      running = rounds(first);
      if (awaitFirst) await first;
    },
    drain: async () => stopping.abort(),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
