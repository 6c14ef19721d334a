import type { RequestOf, ResponseOf } from '#platform/contracts/contract.ts';
import type { doorContract } from '#platform/contracts/door.ts';
import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import { computeAgentsOfHosts } from '../../database/stores/hosts.ts';
import type { ConductorParts } from '../parts.ts';

type CacheImages = (typeof doorContract)['calls']['cacheImages'];

/** Asks the compute agents of these hosts to begin to fetch the images. It waits for no image. */
export async function cacheImages(
  parts: ConductorParts,
  { hosts, images }: RequestOf<CacheImages>,
  signal: AbortSignal,
): Promise<ResponseOf<CacheImages>> {
  const found = await computeAgentsOfHosts(parts.database.read, hosts);
  const known = new Set(found.map(({ hostName }) => hostName));
  const refused = hosts
    .filter((host) => !known.has(host))
    .map((host) => ({ host, reason: 'this cell has no such host' }));
  const byAgent = Map.groupBy(found, ({ agentId }) => agentId);
  await Promise.all(
    [...byAgent.values()].map(async (driven) => {
      const reason = await askAgent(parts, driven[0], images, signal);
      if (reason !== null) refused.push(...driven.map(({ hostName: host }) => ({ host, reason })));
    }),
  );
  return { refused };
}

/** @returns why it does not; null: it does. */
async function askAgent(
  parts: ConductorParts,
  agent: { readonly agentId: string; readonly url: string; readonly up: boolean } | undefined,
  images: RequestOf<CacheImages>['images'],
  signal: AbortSignal,
): Promise<string | null> {
  if (agent?.up !== true) return 'its compute agent does not answer';
  try {
    const compute = await parts.computes.at(agent);
    for (const image of images) await compute.cacheImage({ image }, { signal });
    return null;
  } catch (error) {
    if (!isVolvoxError(error)) throw error;
    return messageOf(error);
  }
}
