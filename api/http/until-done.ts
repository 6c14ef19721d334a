import type { FastifyInstance } from 'fastify';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import type { Clock } from '#platform/time/clock.ts';

/** Runs `work` and resolves after the first attempt. If it fails, retries in the background for `forMs` at most. */
type UntilDone = (what: string, work: () => Promise<void>, log: Pick<Logger, 'warn'>) => Promise<void>;

/** The retries stop when the application closes. */
export function createUntilDone(app: FastifyInstance, clock: Clock, forMs: number): UntilDone {
  const stopping = new AbortController();
  app.addHook('onClose', async () => stopping.abort());
  return async (what, work, log) => {
    const until = clock.now() + forMs;
    const attempt = async (number: number): Promise<void> => {
      try {
        await work();
      } catch (error) {
        if (number === 1) log.warn({ reason: messageOf(error) }, `${what} failed; retrying`);
        void again(number);
      }
    };
    const again = async (number: number): Promise<void> => {
      await clock.sleep(backoffMs(number, 200, 2_000), stopping.signal);
      if (!stopping.signal.aborted && clock.now() < until) await attempt(number + 1);
    };
    await attempt(1);
  };
}
