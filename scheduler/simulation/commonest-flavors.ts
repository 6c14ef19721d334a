import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { RecordedServer } from './recorded-servers.ts';

interface CommonFlavor {
  readonly name: string;
  readonly servers: number;
  /** Of one of its servers. */
  readonly request: SchedulingRequest;
}

/** In how many flavors free capacity is told. */
const MAX_FLAVORS = 3;

/** The flavors with the most servers, by name and amounts. */
export function commonestFlavors(servers: readonly RecordedServer[]): readonly CommonFlavor[] {
  const byFlavor = Map.groupBy(servers, ({ flavorName, request }) => JSON.stringify([flavorName, request.resources]));
  return [...byFlavor.values()]
    .flatMap(([first, ...others]) =>
      first === undefined ? [] : [{ name: first.flavorName, servers: others.length + 1, request: first.request }],
    )
    .sort((a, b) => b.servers - a.servers || a.name.localeCompare(b.name))
    .slice(0, MAX_FLAVORS);
}

/** Requests that ask for the flavors and nothing else: no zone, no group, no image. */
export const flavorRequests = (flavors: readonly CommonFlavor[]): readonly SchedulingRequest[] =>
  flavors.map(({ request: { imageId: _image, segmentTypes: _types, tagsFrames: _tags, ...request } }) => ({
    ...request,
    ...{ imageProperties: {}, availabilityZone: null, serverGroup: null, schedulerHints: {} },
  }));
