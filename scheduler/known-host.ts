import { capacity, type Host } from '#platform/objects/host.ts';
import type { Resources } from '#platform/objects/resources.ts';
import { seedOf } from './seeded-order.ts';
import type { AggregateView, CellView, HostView } from './snapshot.ts';

/** What a decision gave away on a host and its cell has not shown yet. */
interface Assumption {
  readonly resources: Resources;
  readonly groupId: string | null;
  readonly until: number;
}

/** How long a decision is believed to have been carried out although the host's cell shows nothing of it, ms. */
const ASSUMED_MS = 3_000;

/**
 * A host as told last, plus the scheduler's own decisions since: so that requests which come at once spread, and do not all see the same
 * free host. Assumptions fall away when the host's claims have grown by as much, or after a few seconds: the claim may have failed.
 */
export class KnownHost implements HostView {
  readonly cell: CellView;
  readonly host: Host;
  readonly capacity: Resources;
  readonly aggregates: readonly AggregateView[];
  readonly zone: string;
  readonly salt: number;
  #assumed: readonly Assumption[];
  #used: Resources;

  constructor(
    cell: CellView,
    host: Host,
    placement: { readonly aggregates: readonly AggregateView[]; readonly zone: string },
    assumed: readonly Assumption[] = [],
  ) {
    this.cell = cell;
    this.host = host;
    this.capacity = capacity(host);
    this.aggregates = placement.aggregates;
    this.zone = placement.zone;
    this.salt = seedOf(host.id);
    this.#assumed = assumed;
    this.#used = sum(host.used, assumed);
  }

  get used(): Resources {
    return this.#used;
  }

  membersOf(groupId: string): number {
    return (this.host.groups[groupId] ?? 0) + this.#assumed.filter((one) => one.groupId === groupId).length;
  }

  assume(resources: Resources, groupId: string | null, now: number): void {
    this.#set([...this.#assumed, { resources, groupId, until: now + ASSUMED_MS }]);
  }

  /** Forgets assumptions whose time is over. */
  expire(now: number): void {
    if (this.#assumed.some((one) => one.until <= now)) this.#set(this.#assumed.filter((one) => one.until > now));
  }

  /** The same host as told now; an older telling changes nothing. */
  told(cell: CellView, host: Host, placement: { aggregates: readonly AggregateView[]; zone: string }): KnownHost {
    const newer = host.version >= this.host.version ? host : this.host;
    return new KnownHost(cell, newer, placement, withoutShown(this.#assumed, growth(this.host.used, newer.used)));
  }

  #set(assumed: readonly Assumption[]): void {
    this.#assumed = assumed;
    this.#used = sum(this.host.used, assumed);
  }
}

function sum(used: Resources, assumed: readonly Assumption[]): Resources {
  let { vcpus, ramMb, diskGb } = used;
  for (const { resources } of assumed) {
    vcpus += resources.vcpus;
    ramMb += resources.ramMb;
    diskGb += resources.diskGb;
  }
  return { vcpus, ramMb, diskGb };
}

const growth = (before: Resources, after: Resources): Resources => ({
  vcpus: after.vcpus - before.vcpus,
  ramMb: after.ramMb - before.ramMb,
  diskGb: after.diskGb - before.diskGb,
});

/** Drops the oldest assumptions that the growth covers. */
function withoutShown(assumed: readonly Assumption[], grown: Resources): readonly Assumption[] {
  const left = { ...grown };
  let shown = 0;
  for (const { resources } of assumed) {
    left.vcpus -= resources.vcpus;
    left.ramMb -= resources.ramMb;
    left.diskGb -= resources.diskGb;
    if (left.vcpus < 0 || left.ramMb < 0 || left.diskGb < 0) break;
    shown += 1;
  }
  return assumed.slice(shown);
}
