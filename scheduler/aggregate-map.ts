import type { Directory } from '#platform/directory/directory.ts';
import { type Aggregate, DEFAULT_ZONE, listAggregates, zonesOfHosts } from '#platform/directory/stores/aggregates.ts';
import { LatestAnswer } from '#platform/lifecycle/latest-answer.ts';
import { reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { AggregateView } from './snapshot.ts';

const REFRESH_MS = 1_000;
const NONE: readonly AggregateView[] = [];

interface HostPlacement {
  readonly aggregates: readonly AggregateView[];
  readonly zone: string;
}

/**
 * The aggregates and the zone of each host, by host name. Reads the directory every second, and keeps the last answer while the directory
 * does not respond.
 */
export class AggregateMap implements Service {
  readonly name = 'aggregates';
  readonly #directory: Directory;
  readonly #latest = new LatestAnswer();
  #known = '';
  #byHost: ReadonlyMap<string, HostPlacement> = new Map();
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

  of(hostName: string): HostPlacement {
    return this.#byHost.get(hostName) ?? { aggregates: NONE, zone: DEFAULT_ZONE };
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
    this.#byHost = placements(aggregates);
    this.#changed();
  }
}

function placements(aggregates: readonly Aggregate[]): Map<string, HostPlacement> {
  const zones = zonesOfHosts(aggregates);
  const views = new Map<string, AggregateView[]>();
  for (const { name, metadata, hosts } of aggregates) {
    for (const host of hosts) views.set(host, [...(views.get(host) ?? []), { name, metadata }]);
  }
  return new Map([...views].map(([host, list]) => [host, { aggregates: list, zone: zones.get(host) ?? DEFAULT_ZONE }]));
}
