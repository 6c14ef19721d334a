import { setDesired } from '../../database/stores/guests.ts';
import { markStopped } from '../../database/stores/instance-faults.ts';
import type { StoppedGuest } from '../../database/stores/unfollowed-guests.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * The instance follows its guest: the desired state becomes stopped, so the guest starts again only when somebody asks. Nothing happens if an
 * action has begun since.
 */
export async function followStop(
  { database, clock, agents }: ConductorParts,
  { id, instanceUuid, generation, computeAgentId }: StoppedGuest,
): Promise<void> {
  const now = clock.now();
  const isFollowed = await database.transaction(async (tx) => {
    if (!(await markStopped(tx, { instanceUuid, guestId: id }, generation, now))) return false;
    return await setDesired(tx, id, { power: 'stopped' }, now);
  });
  if (isFollowed) agents.wake(computeAgentId, [id]);
}
