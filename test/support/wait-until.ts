import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for a condition: asks again and again until it answers something truthy, and returns that.
 * @throws after `timeoutMs`, naming what was waited for and the last error or answer.
 */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T> | T,
  timeoutMs = 20_000,
  everyMs = 20,
): Promise<NonNullable<T>> {
  const until = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < until) {
    try {
      const answer = await ask();
      if (answer) return answer as NonNullable<T>;
      last = answer;
    } catch (error) {
      last = error;
    }
    await delay(everyMs);
  }
  throw new Error(
    `waited ${timeoutMs} ms in vain for: ${what}; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}
