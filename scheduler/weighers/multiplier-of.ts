import { member } from '#platform/objects/member.ts';
import type { HostView } from '../host-view.ts';
import type { Weigher } from './weigher.ts';

/** Of a multiplier. Sums of weights stay finite. */
const MAX = 1e12;

/**
 * The multiplier of a weigher for a host: the least that its aggregates give, else `configured` (nova/scheduler/utils.py, get_weight_multiplier). If one
 * of them gives no number, none counts.
 */
export function multiplierOf({ aggregateKey }: Weigher, configured: number, { aggregates }: HostView): number {
  if (aggregates.length === 0) return configured;
  const given = aggregates.flatMap(({ metadata }) => member(metadata, aggregateKey) ?? []);
  const numbers = given.map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
  return numbers.length > 0 && numbers.every((one) => Math.abs(one) <= MAX) ? Math.min(...numbers) : configured;
}
