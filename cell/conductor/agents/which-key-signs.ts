import type { SigningKey } from '../../database/stores/signing-keys.ts';

/** A key signs only after every agent has had the time to learn it from a heartbeat, ms. */
const PUBLISHED_MS = 60_000;
/** How much earlier another conductor of the cell may think so, by its clock, ms. */
const SKEW_MS = 10_000;

type Age = Pick<SigningKey, 'createdAt'>;

/** The key that signs: the newest that all agents know; before any is known for so long, the oldest. Pure. @param keys The newest first. */
export const whichSigns = <K extends Age>(keys: readonly K[], now: number): K | undefined =>
  keys.find(({ createdAt }) => createdAt <= now - PUBLISHED_MS) ?? keys.at(-1);

/**
 * The keys that go when another one is made: those before the key that signs now, and those so young that they have signed nothing. So a second
 * change within a minute replaces the first, and the key that signs stays. Pure. @param keys The newest first.
 */
export function whichGo<K extends Age>(keys: readonly K[], now: number): readonly K[] {
  const signs = whichSigns(keys, now);
  const at = signs === undefined ? -1 : keys.indexOf(signs);
  return keys.filter(({ createdAt }, index) => {
    if (index >= at) return index > at;
    return createdAt <= now && createdAt > now - PUBLISHED_MS + SKEW_MS;
  });
}
