import { capacity, type Host, type ImageCounts } from '#platform/objects/host.ts';
import type { Resources } from '#platform/objects/resources.ts';
import type { AskedParts, CellView, HostLoad, HostView } from './host-view.ts';
import { NO_IMAGES, withImage } from './image-counts.ts';
import { seedOf } from './seeded-order.ts';

/** Resources that a decision used on a host and that its cell has not reported yet. */
interface Assumption {
  readonly resources: Resources;
  readonly groupId: string | null;
  /** Null: nothing, which most guests ask. */
  readonly parts: AskedParts | null;
  /** Empty while nothing weighs them. */
  readonly imageProperties: Readonly<Record<string, string>>;
  readonly until: number;
}

/** How long an assumption counts without a report from the cell, in ms. */
export const ASSUMED_MS = 3_000;

/**
 * A host as its cell last reported it, plus the scheduler's decisions since then. The decisions make concurrent requests spread instead of all
 * choosing the same free host. An assumption ends when the host's claims have grown by as much, or after a few seconds, as the claim may fail.
 */
export class KnownHost implements HostView {
  readonly cell: CellView;
  readonly host: Host;
  readonly capacity: Resources;
  readonly aggregates: HostView['aggregates'];
  readonly zone: string;
  readonly customTraits: readonly string[];
  readonly salt: number;
  #assumed: readonly Assumption[];
  #used: Resources;
  #load: HostLoad;
  #groupIds: readonly string[];
  #parts: readonly AskedParts[];
  #images: ImageCounts;

  constructor(
    cell: CellView,
    host: Host,
    placement: Pick<HostView, 'aggregates' | 'zone' | 'customTraits'>,
    assumed: readonly Assumption[] = [],
  ) {
    this.cell = cell;
    this.host = host;
    this.capacity = capacity(host);
    this.aggregates = placement.aggregates;
    this.zone = placement.zone;
    this.customTraits = placement.customTraits;
    this.salt = seedOf(host.id);
    this.#assumed = assumed;
    this.#used = sum(host.used, assumed);
    this.#load = loadOf(host, assumed);
    this.#groupIds = groupIdsOf(host, assumed);
    this.#parts = partsOf(assumed);
    this.#images = imagesOf(host, assumed);
  }

  get used(): Resources {
    return this.#used;
  }

  get load(): HostLoad {
    return this.#load;
  }

  get groupIds(): readonly string[] {
    return this.#groupIds;
  }

  get assumedParts(): readonly AskedParts[] {
    return this.#parts;
  }

  get images(): ImageCounts {
    return this.#images;
  }

  membersOf(groupId: string): number {
    return (this.host.groups[groupId] ?? 0) + this.#assumed.filter((one) => one.groupId === groupId).length;
  }

  assume(
    resources: Resources,
    groupId: string | null,
    now: number,
    parts: AskedParts | null = null,
    imageProperties: Readonly<Record<string, string>> = {},
  ): void {
    this.#set([...this.#assumed, { resources, groupId, parts, imageProperties, until: now + ASSUMED_MS }]);
  }

  /** Removes the assumptions that have expired. @returns whether any had. */
  expire(now: number): boolean {
    const kept = this.#assumed.filter((one) => one.until > now);
    if (kept.length === this.#assumed.length) return false;
    this.#set(kept);
    return true;
  }

  /** The same host with a newer report. A report of an older version changes nothing. */
  updated(cell: CellView, host: Host, placement: Pick<HostView, 'aggregates' | 'zone' | 'customTraits'>): KnownHost {
    const newer = host.version >= this.host.version ? host : this.host;
    return new KnownHost(cell, newer, placement, withoutReported(this.#assumed, growth(this.host.used, newer.used)));
  }

  #set(assumed: readonly Assumption[]): void {
    this.#assumed = assumed;
    this.#used = sum(this.host.used, assumed);
    this.#load = loadOf(this.host, assumed);
    this.#groupIds = groupIdsOf(this.host, assumed);
    this.#parts = partsOf(assumed);
    this.#images = imagesOf(this.host, assumed);
  }
}

const NO_GROUPS: readonly string[] = [];

function groupIdsOf({ groups }: Host, assumed: readonly Assumption[]): readonly string[] {
  const ids = [...Object.keys(groups), ...assumed.flatMap(({ groupId }) => groupId ?? [])];
  return ids.length === 0 ? NO_GROUPS : [...new Set(ids)];
}

/** An assumption is a build that begins. */
function loadOf(host: Host, { length }: readonly Assumption[]): HostLoad {
  const ioOps = (host.ioOps ?? 0) + length;
  const isTried = host.onTrial === true && ioOps === 0;
  return { guests: host.runningGuests + length, ioOps, reliability: isTried ? 0 : 0 - host.buildFailures };
}

const NO_PARTS: readonly AskedParts[] = [];

function partsOf(assumed: readonly Assumption[]): readonly AskedParts[] {
  const all = assumed.flatMap(({ parts }) => parts ?? []);
  return all.length === 0 ? NO_PARTS : all;
}

const imagesOf = ({ imageProperties = NO_IMAGES }: Host, assumed: readonly Assumption[]): ImageCounts =>
  assumed.reduce((counts, one) => withImage(counts, one.imageProperties), imageProperties);

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

/** Drops the oldest assumptions that the growth of the claims covers. */
function withoutReported(assumed: readonly Assumption[], grown: Resources): readonly Assumption[] {
  const left = { ...grown };
  let reported = 0;
  for (const { resources } of assumed) {
    left.vcpus -= resources.vcpus;
    left.ramMb -= resources.ramMb;
    left.diskGb -= resources.diskGb;
    if (left.vcpus < 0 || left.ramMb < 0 || left.diskGb < 0) break;
    reported += 1;
  }
  return assumed.slice(reported);
}
