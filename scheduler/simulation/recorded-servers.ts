import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import type { Directory } from '#platform/directory/directory.ts';
import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import { listBuilds } from '#platform/directory/stores/homes/list-homes.ts';

/** A server that exists, with the request by which it can be placed again. */
export interface RecordedServer {
  readonly uuid: string;
  /** Where it is; null: nowhere. */
  readonly cellId: string | null;
  readonly flavorName: string;
  readonly request: SchedulingRequest;
}

const PAGE = 500;

/** All servers of the region, in the order of their creation. */
export async function recordedServers({ read }: Pick<Directory, 'read'>): Promise<readonly RecordedServer[]> {
  const servers: RecordedServer[] = [];
  for (let last: HomeWithBuild | undefined; ; ) {
    const page: readonly HomeWithBuild[] = await listBuilds(read, last ?? null, PAGE);
    servers.push(...page.map(recorded));
    last = page.at(-1);
    if (page.length < PAGE) return servers;
  }
}

/**
 * VCPUs and memory are what it holds of the quota, also after a resize. The requested host is left out, and so are the hosts of other servers, which hints
 * name: they are hosts of today.
 */
function recorded({ uuid, state, cellId, vcpus, ramMb, build }: HomeWithBuild): RecordedServer {
  const request = schedulingRequestOf(build, { alternates: 0, requestedHost: null });
  return {
    ...{ uuid, cellId: state === 'placed' ? cellId : null, flavorName: build.flavor.name },
    request: { ...request, resources: { ...request.resources, vcpus, ramMb } },
  };
}
