import { hash } from 'node:crypto';
import type { Directory } from '#platform/directory/directory.ts';
import { getHomesWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import { KEPT_MS } from '#platform/directory/stores/idempotency-keys.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { Clock } from '#platform/time/clock.ts';

/** What makes two requests under an `Idempotency-Key` the same. */
interface KeyedRequest {
  readonly projectId: string;
  readonly userId: string;
  readonly key: string;
  readonly body: unknown;
  /** How many servers it may make. */
  readonly maxCount: number;
}

/**
 * Makes the servers of a request at most once, also when its answer was lost before it was kept, or while an earlier one is still at
 * it: the ids follow from the request, so a repetition finds the homes, or meets their primary keys. Like the kept answer, they hold
 * for a day; the same request after that makes other servers.
 * @param make commits servers with these ids, together or not at all.
 * @returns what was made, now or before.
 * @throws what `make` does, unless the servers are there all the same.
 */
export async function createOnce(
  { directory, clock }: { readonly directory: Directory; readonly clock: Clock },
  request: KeyedRequest,
  make: (uuids: readonly string[]) => Promise<readonly InstanceBuild[]>,
): Promise<readonly InstanceBuild[]> {
  for (let round = 0; ; round++) {
    const uuids = keyedUuids(request, round);
    const known = await getHomesWithBuild(directory.read, uuids);
    if (known.length === 0) return makeOrFind(directory, uuids, make);
    const oldest = Math.min(...known.map(({ createdAt }) => Date.parse(createdAt)));
    if (clock.now() - oldest < KEPT_MS) return known.map(({ build }) => build);
  }
}

async function makeOrFind(
  directory: Directory,
  uuids: readonly string[],
  make: (uuids: readonly string[]) => Promise<readonly InstanceBuild[]>,
): Promise<readonly InstanceBuild[]> {
  try {
    return await make(uuids);
  } catch (error) {
    // An earlier one was quicker and holds the ids, the ports or the quota, or only the answer to the commit was lost. When the
    // directory can't say so now, what was thrown first is what the caller hears.
    const known = await getHomesWithBuild(directory.read, uuids).catch(() => []);
    if (known.length === 0) throw error;
    return known.map(({ build }) => build);
  }
}

/** The ids of the request's servers in order: UUIDs of version 8 (RFC 9562) out of a SHA-256. */
function keyedUuids({ projectId, userId, key, body, maxCount }: KeyedRequest, round: number): readonly string[] {
  const request = hash('sha256', JSON.stringify([projectId, userId, key, body, round]));
  return Array.from({ length: maxCount }, (_, index) => {
    const bytes = hash('sha256', `${index} ${request}`, 'buffer').subarray(0, 16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  });
}
