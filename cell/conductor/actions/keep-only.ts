import type { GuestParts } from '#platform/objects/guest-parts.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type GuestOnHost, markAbsent, partsOf, setRole } from '../../database/stores/guests.ts';
import { releaseLooseEnds } from '../../database/stores/loose-ends.ts';

/**
 * For an action that interrupts another one: `current` stays the only guest of its instance. Guests that a resize created or kept are
 * removed, and capacity that was claimed for a guest which does not exist yet is released.
 * @returns the guests that go, and the hosts whose claims changed.
 */
export async function keepOnly(
  tx: CellTx,
  current: GuestOnHost,
  guests: readonly GuestOnHost[],
  now: number,
): Promise<{ readonly others: readonly GuestOnHost[]; readonly hosts: readonly string[] }> {
  const { instanceUuid } = current;
  if (current.role === 'source') await setRole(tx, current.id, 'current');
  const others = guests.filter(({ id, role }) => id !== current.id && role !== 'leaving');
  for (const { id } of others) await markAbsent(tx, instanceUuid, now, id);
  return { others, hosts: await releaseLooseEnds(tx, instanceUuid, now) };
}

/**
 * The parts of a guest without what an action left unfinished that was interrupted: it is not sent to another host any more, and no save of its
 * disk goes on. The image of such a save is gone soon, and a guest whose save fails would never be settled again.
 */
export function withoutUnfinished(guest: GuestOnHost): GuestParts {
  const { migration: _, ...parts } = partsOf(guest);
  return { ...parts, saves: [] };
}

export const hasUnfinished = (guest: GuestOnHost): boolean => {
  const { migration, saves } = partsOf(guest);
  return migration !== undefined || saves.length > 0;
};
