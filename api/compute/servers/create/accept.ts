import { Batcher } from '#platform/batching/batcher.ts';
import type { Directory, DirectoryTx } from '#platform/directory/directory.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { projectLimits, takeQuotaUpTo } from '#platform/directory/stores/quotas.ts';
import { DEFAULT_GROUP, resolveSecurityGroups } from '#platform/directory/stores/security-groups.ts';
import { addGroupMembers } from '#platform/directory/stores/server-groups.ts';
import type { ResolvedEntry } from '#platform/directory/stores/server-networks.ts';
import { createServerPorts } from '#platform/directory/stores/server-ports.ts';
import { checkUserLimits } from '#platform/directory/stores/user-quotas.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { Clock } from '#platform/time/clock.ts';
import { hostNameOf } from './host-name.ts';
import { bytesOf } from './whole-request.ts';

/** The part of a build that all servers of one request share. The accepting transaction adds the rest. */
export type Template = Omit<InstanceBuild, 'uuid' | 'name' | 'hostname' | 'launchIndex' | 'ports' | 'securityGroups'>;

export interface AcceptRequest {
  readonly template: Template;
  readonly name: string;
  readonly hostname: string | undefined;
  readonly entries: readonly ResolvedEntry[];
  readonly securityGroupNames: readonly string[];
  /** The ids of the servers, as many as the request allows at most. */
  readonly uuids: readonly string[];
  /** The minimum number of servers. */
  readonly minCount: number;
  /** The request gets a transaction of its own. */
  readonly alone: boolean;
}

interface Accepted {
  readonly builds: readonly InstanceBuild[];
  /** The operations that place the servers; the caller wakes them. */
  readonly operations: readonly string[];
}

/** Commits quota, ports, homes and operations of the request, or none of them. */
export type Accept = (request: AcceptRequest) => Promise<Accepted>;

const MAX_BATCH_SIZE = 32;
/** A larger request has a transaction of its own, so that the size of a shared one is bounded too. */
const MAX_SHARED_BYTES = 256 * 1024;

/**
 * Accepts requests. Concurrent requests that need the same of the same project share one transaction: each transaction locks the project's
 * quota and the subnet's addresses until its commit, so separate ones would run one after the other. If a shared transaction is refused, each
 * request is tried alone, so a request fails only for its own reasons.
 */
export function createAccept(directory: Directory, clock: Clock): Accept {
  const commit = (requests: readonly AcceptRequest[]) =>
    directory.transaction((tx) => acceptAlike(tx, requests, clock.now()));

  const together = new Batcher<AcceptRequest, PromiseSettledResult<Accepted>>({
    maxBatchSize: MAX_BATCH_SIZE,
    maxInProgress: 1,
    send: async (requests) => {
      try {
        return (await commit(requests)).map((value) => ({ status: 'fulfilled', value }));
      } catch (error) {
        if (requests.length === 1 || isVolvoxError(error, 'unavailable')) throw error;
        const alone: PromiseSettledResult<Accepted>[] = [];
        for (const request of requests) alone.push(...(await Promise.allSettled([commit([request]).then(only)])));
        return alone;
      }
    },
  });

  return async (request) => {
    const likeness = likenessOf(request);
    if (likeness === null) return only(await commit([request]));
    const settled = await together.ask(likeness, request);
    if (settled.status === 'rejected') throw settled.reason;
    return settled.value;
  };
}

/**
 * Requests with the same text may share a transaction. Null: the request needs its own, because it names something that only one server can
 * have, or because an earlier request with the same key may already have created the servers.
 */
function likenessOf(request: AcceptRequest): string | null {
  const { template, entries, securityGroupNames, uuids, minCount, alone } = request;
  const special = entries.some((entry) => entry.port !== null || entry.fixedIp !== null);
  const isLarge = bytesOf(template, uuids.length) > MAX_SHARED_BYTES;
  if (alone || special || isLarge || template.serverGroup !== null || uuids.length !== minCount) return null;
  const { projectId, userId, flavor } = template;
  const networks = entries.map(({ network, tag }) => [network, tag]);
  return JSON.stringify([projectId, userId, flavor.vcpus, flavor.ramMb, securityGroupNames, networks]);
}

/** @throws VolvoxError invalid when the request names groups and a network has no port security: its port could not have them. */
function refuseGroupsWithoutSecurity(entries: readonly ResolvedEntry[], names: readonly string[]): void {
  const open = entries.find(({ port, portSecurity }) => port === null && !portSecurity);
  if (open === undefined || names.every((name) => name === DEFAULT_GROUP)) return;
  throw new VolvoxError(
    'invalid',
    `Network requires port_security_enabled and subnet associated in order to apply security groups: network ${open.network.id} has not both.`,
  );
}

/** Accepts requests that are alike. Several share the transaction only if each asks for an exact number of servers. */
async function acceptAlike(tx: DirectoryTx, requests: readonly AcceptRequest[], now: number): Promise<Accepted[]> {
  const [first] = requests;
  if (first === undefined) return [];
  const { template, entries } = first;
  const { projectId, userId, flavor, serverGroup } = template;
  refuseGroupsWithoutSecurity(entries, first.securityGroupNames);
  const securityGroups = await resolveSecurityGroups(tx, projectId, first.securityGroupNames);
  const maxCount = requests.reduce((sum, { uuids }) => sum + uuids.length, 0);
  const minCount = requests.length === 1 ? first.minCount : maxCount;
  const each = { instances: 1, cores: flavor.vcpus, ram: flavor.ramMb };
  const count = await takeQuotaUpTo(tx, projectId, each, minCount, maxCount);
  const accepted = requests.map(({ uuids }) => (requests.length === 1 ? uuids.slice(0, count) : uuids));
  const ports = await createServerPorts(tx, {
    projectId,
    instanceUuids: accepted.flat(),
    entries,
    securityGroupIds: securityGroups.map(({ id }) => id),
    hostnames: requests.flatMap((request, index) =>
      namesOf(request, accepted[index] ?? []).map(({ hostname }) => hostname),
    ),
    now: template.createdAt,
  });
  const starts = accepted.map((_uuids, index) => accepted.slice(0, index).flat().length);
  const builds = requests.map((request, index) =>
    buildsOf(request, accepted[index] ?? [], ports.slice(starts[index]), securityGroups),
  );
  if (serverGroup !== null) {
    const { server_group_members: limit } = await projectLimits(tx, projectId);
    await addGroupMembers(tx, serverGroup.id, accepted.flat(), userId, limit, template.createdAt);
  }
  const operations = await acceptBuilds(tx, builds.flat(), now);
  await checkUserLimits(tx, projectId, userId);
  return builds.map((ofRequest, index) => {
    const start = starts[index] ?? 0;
    return { builds: ofRequest, operations: operations.slice(start, start + ofRequest.length) };
  });
}

/** The names of the servers of a request. */
const namesOf = ({ name, hostname }: Pick<AcceptRequest, 'name' | 'hostname'>, uuids: readonly string[]) =>
  uuids.map((uuid, index) => {
    const displayName = uuids.length > 1 ? `${name}-${index + 1}` : name;
    return { uuid, name: displayName, hostname: hostname ?? hostNameOf(displayName, `server-${uuid}`) };
  });

function buildsOf(
  request: AcceptRequest,
  uuids: readonly string[],
  ports: Awaited<ReturnType<typeof createServerPorts>>,
  securityGroups: readonly InstanceBuild['securityGroups'][number][],
): readonly InstanceBuild[] {
  return namesOf(request, uuids).map((named, index) => ({
    ...request.template,
    ...named,
    launchIndex: index,
    securityGroups: [...securityGroups],
    ports: [...(ports[index] ?? [])],
  }));
}

function only(accepted: readonly Accepted[]): Accepted {
  const [one] = accepted;
  if (one === undefined) throw new Error('the transaction returned no result for the request');
  return one;
}
