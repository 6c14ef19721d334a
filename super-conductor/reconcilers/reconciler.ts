import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Clock } from '#platform/time/clock.ts';

/** Something that is looked for and put right again and again. It takes no input but what it finds. */
export interface Reconciler {
  readonly name: string;
  readonly everyMs: number;
  /** Puts right what it finds; a failure is tried again at the next round. Long ones end early when `stopping` aborts. */
  reconcile(stopping?: AbortSignal): Promise<void>;
}

export function reconcilerService(reconciler: Reconciler, log: Logger, clock: Clock): Service {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const loop = async (): Promise<void> => {
    let failing = false;
    while (!stopping.signal.aborted) {
      try {
        await reconciler.reconcile(stopping.signal);
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ reconciler: reconciler.name, reason: messageOf(error) }, 'reconciling failed');
        failing = true;
      }
      await clock.sleep(reconciler.everyMs, stopping.signal);
    }
  };
  return {
    name: reconciler.name,
    start: async () => {
      running = loop();
    },
    drain: async () => stopping.abort(),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
