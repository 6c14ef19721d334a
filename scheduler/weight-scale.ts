import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { aggregateNumber } from './aggregate-number.ts';
import { LOAD, LOAD_KEYS, METRIC, RESOURCE_KEYS } from './host-columns.ts';
import type { HostView } from './host-view.ts';
import type { ImageProperty } from './image-counts.ts';
import type { SchedulingPolicy } from './scheduling-policy.ts';
import type { Weigher } from './weighers/weigher.ts';

/**
 * One weigher of a request, and the smallest and greatest value that it gives to a host that passed. Its weight of a host is
 * (value − min) × `factorFor` this host; a weigher that gives all hosts the same value changes nothing.
 */
export class WeightScale {
  /** The position of the amount that it reads in the row; −1: none. */
  readonly at: number;
  readonly value: (host: HostView) => number;
  /** Of images of servers; hosts with such servers are weighed one by one. */
  readonly images: readonly ImageProperty[];
  readonly #weigher: Weigher;
  /** Of hosts whose aggregates give no other. */
  readonly #multiplier: number;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;

  constructor(
    weigher: Weigher,
    value: (host: HostView) => number,
    multiplier: number,
    images: readonly ImageProperty[],
  ) {
    this.#weigher = weigher;
    this.images = images;
    this.at = amountOf(weigher);
    this.value = value;
    this.#multiplier = multiplier;
  }

  include(min: number, max: number): void {
    if (min < this.min) this.min = min;
    if (max > this.max) this.max = max;
  }

  includeValue(value: number): void {
    this.include(value, value);
  }

  get isFlat(): boolean {
    return this.max === this.min;
  }

  /** What its weights of this host are multiplied by, apart from the scaling. */
  multiplierFor(host: HostView): number {
    return aggregateNumber(host, this.#weigher.aggregateKey, this.#multiplier);
  }

  factorFor(host: HostView): number {
    return this.multiplierFor(host) / (this.max - this.min);
  }
}

/** The weighers that have something to weigh for this request. */
export const scalesOf = (request: SchedulingRequest, { weighers, multipliers }: SchedulingPolicy): WeightScale[] =>
  weighers.flatMap((weigher) => {
    const multiplier = multipliers[weigher.name] ?? weigher.multiplier;
    const value = weigher.isOffAtZero === true && multiplier === 0 ? null : weigher.weight(request);
    return value === null ? [] : [new WeightScale(weigher, value, multiplier, weigher.images?.(request) ?? [])];
  });

function amountOf({ free, load, isMetric }: Weigher): number {
  if (isMetric === true) return METRIC;
  if (free !== undefined) return RESOURCE_KEYS.indexOf(free);
  return load === undefined ? -1 : LOAD + LOAD_KEYS.indexOf(load);
}
