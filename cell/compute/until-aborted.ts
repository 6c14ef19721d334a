import { isVolvoxError } from '#platform/errors/volvox-error.ts';

/** Rejects with the signal's reason when it aborts first; `work` goes on for whoever else waits for it. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return await Promise.race([work, aborted]).catch((error: unknown) => {
    // Nobody else may be listening when it fails later.
    work.catch((late: unknown) => isVolvoxError(late));
    throw error;
  });
}
