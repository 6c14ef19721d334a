import { fromJson } from '#platform/database/json-column.ts';
import type { ObservedParts } from '#platform/objects/guest-parts.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type GuestRow, partsOf, setDesired } from '../../database/stores/guests.ts';
import { faultJson } from './fault.ts';

/*
 * A host may have discarded the disks of a guest for a rebuild, and report it only after the rebuild went back and another action, which did
 * not wait for the report, has taken the server over. Then the guest was rebuilt more often than desired, until its server says so: the
 * server is in ERROR with this fault, and what the host has done is desired from then on.
 */

const DISCARDED =
  'A rebuild that failed had discarded the disks already: the server has new ones. Rebuild it, or reboot it hard to use it as it is.';

type PartColumns = Pick<GuestRow, 'parts' | 'observedParts'>;

/** How often the disks were made anew, as far as the host has said. */
export const rebuildsOf = ({ observedParts }: Pick<GuestRow, 'observedParts'>): number =>
  observedParts === null ? 0 : fromJson<ObservedParts>(observedParts).rebuilds;

/** Whether its disks were discarded, and its server does not say so yet. Pure. */
export const lostDisks = (guest: PartColumns): boolean => rebuildsOf(guest) > partsOf(guest).rebuild.count;

/** The fault of its server. `now`: ms since the epoch. */
export const discardedFault = (now: number): string => faultJson(DISCARDED, now);

/** What the host has done is desired, so that it is told once. The transaction that tells it calls this, after its write of the instance. */
export async function acceptDiscarded(
  tx: CellTx,
  guest: PartColumns & Pick<GuestRow, 'id' | 'power'>,
  now: number,
): Promise<void> {
  const parts = partsOf(guest);
  const rebuild = { ...parts.rebuild, count: rebuildsOf(guest) };
  await setDesired(tx, guest.id, { power: guest.power, parts: { ...parts, rebuild } }, now);
}
