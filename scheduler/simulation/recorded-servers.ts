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

/** The requested host is left out, and so are the hosts of other servers, which hints name: they are hosts of today. */
function recorded({ uuid, state, cellId, vcpus, ramMb, build }: HomeWithBuild): RecordedServer {
  const request = schedulingRequestOf(build, { alternates: 0, requestedHost: null });
  const { flavor } = build;
  const isResized = vcpus !== flavor.vcpus || ramMb !== flavor.ramMb;
  return {
    ...{ uuid, cellId: state === 'placed' ? cellId : null, flavorName: flavor.name },
    request: isResized ? resized(request, vcpus, ramMb) : request,
  };
}

/** The directory knows of a resize what the server holds of the quota since then. What else the new flavor asks for, only its cell knows. */
function resized(
  { topology: _topology, ...request }: SchedulingRequest,
  vcpus: number,
  ramMb: number,
): SchedulingRequest {
  return { ...request, resources: { ...request.resources, vcpus, ramMb } };
}
