import type { computeContract } from '#platform/contracts/compute.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Client } from '#platform/rpc/client.ts';
import { agentOfGuest } from '../../database/stores/guests.ts';
import type { InstanceRow } from '../../database/stores/instances.ts';
import type { ConductorParts } from '../parts.ts';

interface ReachedGuest {
  readonly guestId: string;
  readonly hostName: string;
  readonly compute: Client<typeof computeContract>;
}

/** The agent of an instance's host. @throws VolvoxError conflict when the instance has no guest yet; unavailable when its host is down. */
export async function agentFor(
  parts: ConductorParts,
  { uuid, guestId }: Pick<InstanceRow, 'uuid' | 'guestId'>,
): Promise<ReachedGuest> {
  const guest = guestId === null ? null : await agentOfGuest(parts.database.read, guestId);
  if (guest === null)
    throw new VolvoxError(
      'conflict',
      `Instance ${uuid} is not ready: it has no guest on any host. Wait until it is built, or unshelve it.`,
    );
  if (!guest.up) throw new VolvoxError('unavailable', `Host ${guest.name} does not answer. Try again when it is up.`);
  return { guestId: guest.id, hostName: guest.name, compute: await parts.computes.at(guest) };
}
