import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until the answer is truthy, and returns it.
 * @throws after `timeoutMs`, naming what was waited for and the last error; or at once what `givenUp` throws.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  options: { timeoutMs: number; everyMs?: number; givenUp?: () => void },
): Promise<T> {
  const end = Date.now() + options.timeoutMs;
  let last: unknown = 'no answer yet';
  for (;;) {
    options.givenUp?.();
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (Date.now() > end) throw new Error(`${what}: not ready after ${options.timeoutMs / 1000} s (${String(last)})`);
    await delay(options.everyMs ?? 50);
  }
}
