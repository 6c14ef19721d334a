import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { agentOfGuest } from '../../database/stores/guests.ts';
import type { ConductorParts } from '../parts.ts';
import { liveInstance } from './instances.ts';

/** Asks the agent of the instance's host. @throws VolvoxError conflict when it has no guest yet; unavailable when its host is down. */
export async function consoleOutput(
  parts: ConductorParts,
  uuid: string,
  lines: number | null,
  signal: AbortSignal,
): Promise<{ output: string }> {
  const { read } = parts.database;
  const instance = await liveInstance(read, uuid);
  const guest = instance.guestId === null ? null : await agentOfGuest(read, instance.guestId);
  if (guest === null) throw new VolvoxError('conflict', `Instance ${uuid} is not ready`);
  if (!guest.up) throw new VolvoxError('unavailable', `Host ${guest.name} does not answer.`);
  const compute = await parts.computes.at(guest);
  return compute.consoleOutput({ guestId: guest.id, lines }, { signal });
}
