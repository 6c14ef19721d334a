import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ConductorParts } from '../parts.ts';
import { liveInstance } from './instances.ts';

/** Asks the agent of the instance's host. @throws VolvoxError conflict when it has no copy yet; unavailable when its host is down. */
export async function consoleOutput(
  parts: ConductorParts,
  uuid: string,
  lines: number | null,
  signal: AbortSignal,
): Promise<{ output: string }> {
  const { read } = parts.database;
  const instance = await liveInstance(read, uuid);
  const place =
    instance.guest_id === null
      ? undefined
      : await read
          .selectFrom('guests')
          .innerJoin('hosts', 'hosts.id', 'guests.host_id')
          .innerJoin('agents', 'agents.id', 'hosts.compute_agent_id')
          .select(['guests.id', 'agents.url', 'agents.up', 'hosts.name'])
          .where('guests.id', '=', instance.guest_id)
          .executeTakeFirst();
  if (place === undefined) throw new VolvoxError('conflict', `Instance ${uuid} is not ready`);
  if (place.up !== 1) throw new VolvoxError('unavailable', `Host ${place.name} does not answer.`);
  return parts.computes.at(place.url).consoleOutput({ guestId: place.id, lines }, { signal });
}
