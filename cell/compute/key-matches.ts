import { timingSafeEqual } from 'node:crypto';

/** Compares in constant time. */
export function keyMatches(given: string, key: { reveal(): string }): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(key.reveal());
  return a.length === b.length && timingSafeEqual(a, b);
}
