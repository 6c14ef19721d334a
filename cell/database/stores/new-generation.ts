import { sql } from 'kysely';

/**
 * What every change of a guest or binding writes with the new desired state: its agent has yet to act on it, and earlier errors say
 * nothing of it.
 */
export const newGeneration = (now: number) => ({
  generation: sql<number>`generation + 1`,
  settled: 0,
  error: null,
  errors: 0,
  changed_at: now,
});
