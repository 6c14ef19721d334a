import type { Filter } from './filters/filter.ts';
import { FILTERS } from './filters/registry.ts';
import { WEIGHERS } from './weighers/registry.ts';
import type { Weigher } from './weighers/weigher.ts';

export interface SchedulingPolicy {
  readonly filters: readonly Filter[];
  readonly weighers: readonly Weigher[];
  /** By weigher name; replaces the weigher's default. */
  readonly multipliers: Readonly<Record<string, number>>;
}

export const DEFAULT_POLICY: SchedulingPolicy = { filters: FILTERS, weighers: WEIGHERS, multipliers: {} };
