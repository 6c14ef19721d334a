import type { Directory } from '#platform/directory/directory.ts';
import {
  type Aggregate,
  DEFAULT_ZONE,
  hasHost,
  listAggregates,
  ZONE_KEY,
} from '#platform/directory/stores/aggregates.ts';
import { LatestAnswer } from '#platform/lifecycle/latest-answer.ts';
import { reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { AggregateView } from './snapshot.ts';

const REFRESH_MS = 1_000;

interface HostPlacement {
  readonly aggregates: readonly AggregateView[];
  readonly zone: string;
}

const NOWHERE: HostPlacement = { aggregates: [], zone: DEFAULT_ZONE };

/**
 * The aggregates and the zone of each host, by its name and its cell: a cell in the wrong hands brings no host of its own into the aggregates of
 * others by calling it as one of theirs. Reads the directory every second, and keeps the last answer while the directory
 * does not respond.
 */
export class AggregateMap implements Service {
  readonly name = 'aggregates';
  readonly #directory: Directory;
  readonly #latest = new LatestAnswer();
  #known = '';
  #aggregates: readonly Aggregate[] = [];
  readonly #refreshing: Service;
  #changed: () => void = () => undefined;

  constructor({ directory, log, clock = systemClock }: { directory: Directory; log: Logger; clock?: Clock }) {
    this.#directory = directory;
    const refreshing = { name: this.name, everyMs: REFRESH_MS, reconcile: () => this.refresh() };
    this.#refreshing = reconcilerService(refreshing, log, clock, { awaitFirst: true });
  }

  start(): Promise<void> {
    return this.#refreshing.start();
  }
  async drain(): Promise<void> {}
  stop(): Promise<void> {
    return this.#refreshing.stop();
  }

  of(hostName: string, cellId: string): HostPlacement {
    return placementOf(this.#aggregates, hostName, cellId);
  }

  /** Calls `changed` after each refresh that read something new. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** Reads the directory immediately. */
  async refresh(): Promise<void> {
    const aggregates = await this.#latest.to(() => listAggregates(this.#directory.read));
    if (aggregates === undefined) return;
    const text = JSON.stringify(aggregates);
    if (text === this.#known) return;
    this.#known = text;
    this.#aggregates = aggregates;
    this.#changed();
  }
}

function placementOf(all: readonly Aggregate[], hostName: string, cellId: string): HostPlacement {
  const having = all.filter((aggregate) => hasHost(aggregate, hostName, cellId));
  if (having.length === 0) return NOWHERE;
  const zones = having.flatMap(({ metadata }) => metadata[ZONE_KEY] ?? []);
  const aggregates = having.map(({ name, metadata }): AggregateView => ({ name, metadata }));
  return { aggregates, zone: zones.at(-1) ?? DEFAULT_ZONE };
}
