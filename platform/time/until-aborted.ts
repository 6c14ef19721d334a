/**
 * The result of `work`, or the signal's reason when that aborts first, or has aborted already. `work` goes on for whoever else waits for it;
 * when nobody does, its late rejection is ignored. A check of the signal in front of this call would leave `work` without anybody who
 * takes its rejection, and an untaken rejection ends the process.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([aborted.promise, work]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
