import { setTimeout as delay } from 'node:timers/promises';

/** An emulated machine says how many times slower it is. */
const TIMES_SLOWER = Number(process.env.VOLVOX_TEST_TIMES_SLOWER ?? 1);

/** As long as this takes on the machine that runs the test. */
export const onThisMachine = (ms: number): number => ms * TIMES_SLOWER;

/**
 * Waits for a condition: asks again and again until it answers something truthy, and returns that.
 * @throws after `timeoutMs` (`onThisMachine`), naming what was waited for and the last error or answer.
 */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T> | T,
  timeoutMs = 20_000,
  everyMs = 20,
): Promise<NonNullable<T>> {
  const budget = onThisMachine(timeoutMs);
  const until = Date.now() + budget;
  let last: unknown;
  while (Date.now() < until) {
    try {
      const answer = await ask();
      if (answer) return answer as NonNullable<T>;
      last = answer;
    } catch (error) {
      last = error;
    }
    await delay(onThisMachine(everyMs));
  }
  throw new Error(
    `waited ${budget} ms in vain for: ${what}; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}
