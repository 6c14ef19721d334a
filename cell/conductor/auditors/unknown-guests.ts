import type { Auditor } from '#platform/audit/auditor.ts';
import { dropUnheardUnknown, listUnknownGuests } from '../../database/stores/unknown-guests.ts';
import type { ConductorParts } from '../parts.ts';

/** An agent names the guests it knows nobody of every few minutes; one that was not named for so long is gone, ms. */
const UNHEARD_MS = 900_000;

/** A guest is unknown if it is on a host, and the cell has no copy of that id. It may be somebody's, so nothing is done to it. */
export const unknownGuests = (parts: ConductorParts): Auditor => ({
  kinds: ['guest-unknown'],
  settleMs: 5_000,
  look: async () => {
    await dropUnheardUnknown(parts.database.write, parts.clock.now() - UNHEARD_MS);
    return (await listUnknownGuests(parts.database.read)).map(({ guestId: id, host, power }) => ({
      kind: 'guest-unknown',
      subject: id,
      message: `a guest nobody knows is on host ${host} (${power})`,
      advice:
        'it is left alone; its record on the host says whose it was. End it and remove its folder by hand if nobody needs it',
    }));
  },
});
