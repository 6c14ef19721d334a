import type { Directory } from '#platform/directory/directory.ts';
import {
  type Aggregate,
  DEFAULT_ZONE,
  hasHost,
  listAggregates,
  ZONE_KEY,
} from '#platform/directory/stores/aggregates.ts';
import { type HostTraits, listHostTraits } from '#platform/directory/stores/host-traits.ts';
import { LatestAnswer } from '#platform/lifecycle/latest-answer.ts';
import { reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { AggregateView } from './host-view.ts';

/** A decision reads what has changed before it is made (confirmed-changes.ts), so this is for those who ask without deciding. */
const REFRESH_MS = 5_000;

interface HostPlacement {
  readonly aggregates: readonly AggregateView[];
  readonly zone: string;
  readonly customTraits: readonly string[];
}

const NOWHERE: HostPlacement = { aggregates: [], zone: DEFAULT_ZONE, customTraits: [] };

/**
 * The aggregates, the zone and the custom traits of each host, by its name and its cell: a cell in the wrong hands brings no host of its own into the aggregates of
 * others by calling it as one of theirs. Reads the directory now and then, and keeps the last answer while the directory
 * does not respond.
 */
export class AggregateMap implements Service {
  readonly name = 'aggregates';
  readonly #directory: Directory;
  readonly #latest = new LatestAnswer();
  #known = '';
  #aggregates: readonly Aggregate[] = [];
  #traits: ReadonlyMap<string, HostTraits> = new Map();
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
    const customTraits = this.#traits.get(traitKey(cellId, hostName))?.traits ?? [];
    const placement = placementOf(this.#aggregates, hostName, cellId);
    return customTraits.length === 0 ? placement : { ...placement, customTraits };
  }

  /** Calls `changed` after each refresh that read something new. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** Reads the directory immediately. */
  async refresh(): Promise<void> {
    const { read } = this.#directory;
    const latest = await this.#latest.to(() => Promise.all([listAggregates(read), listHostTraits(read)]));
    if (latest === undefined) return;
    const text = JSON.stringify(latest);
    if (text === this.#known) return;
    this.#known = text;
    const [aggregates, traits] = latest;
    this.#aggregates = aggregates;
    this.#traits = new Map(traits.map((one) => [traitKey(one.cellId, one.hostName), one]));
    this.#changed();
  }
}

const traitKey = (cellId: string, hostName: string): string => `${cellId} ${hostName}`;

function placementOf(all: readonly Aggregate[], hostName: string, cellId: string): HostPlacement {
  const having = all.filter((aggregate) => hasHost(aggregate, hostName, cellId));
  if (having.length === 0) return NOWHERE;
  const zones = having.flatMap(({ metadata }) => metadata[ZONE_KEY] ?? []);
  const aggregates = having.map(({ name, metadata }): AggregateView => ({ name, metadata }));
  return { ...NOWHERE, aggregates, zone: zones.at(-1) ?? DEFAULT_ZONE };
}
