import { member } from '#platform/objects/member.ts';
import type { HostView } from './host-view.ts';

/** Of a number in metadata. Sums of weights stay finite. */
const MAX = 1e12;

/**
 * The least number that the aggregates of a host have under this key, else `configured` (nova/scheduler/utils.py, get_weight_multiplier;
 * nova/scheduler/filters/utils.py, validate_num_values). If one of them has no number there, none counts.
 */
export function aggregateNumber({ aggregates }: HostView, key: string, configured: number): number {
  if (aggregates.length === 0) return configured;
  const given = aggregates.flatMap(({ metadata }) => member(metadata, key) ?? []);
  const numbers = given.map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
  return numbers.length > 0 && numbers.every((one) => Math.abs(one) <= MAX) ? Math.min(...numbers) : configured;
}
