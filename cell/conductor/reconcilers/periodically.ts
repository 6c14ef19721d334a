import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';

/** A reconciler: compares what is with what should be, over and over; takes no input. */
export interface Reconciler {
  readonly name: string;
  readonly everyMs: number;
  /** One round; may fail, the next one begins anew. */
  reconcile(): Promise<void>;
}

/** Runs a reconciler at its pace, one round at a time. */
export function periodically(reconciler: Reconciler, log: Logger, clock: Clock = systemClock): Service {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const rounds = async () => {
    while (!stopping.signal.aborted) {
      await reconciler
        .reconcile()
        .catch((error) => log.warn({ reason: messageOf(error), reconciler: reconciler.name }, 'round failed'));
      await clock.sleep(reconciler.everyMs, stopping.signal);
    }
  };
  return {
    name: reconciler.name,
    start: async () => {
      running = rounds();
    },
    drain: async () => stopping.abort(),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
