import type { Auditor } from '#platform/audit/auditor.ts';
import { dropUnheardUnknown, listUnknownGuests } from '../../database/stores/unknown-guests.ts';
import type { ConductorParts } from '../parts.ts';

/** Agents report unknown guests every few minutes; a guest that was not reported for so long is gone, ms. */
const UNHEARD_MS = 900_000;

/** A guest is unknown if an agent found it on a host and the cell has no row for its id. It may be somebody's, so Volvox never removes it. */
export const unknownGuests = (parts: ConductorParts): Auditor => ({
  kinds: ['guest-unknown'],
  settleMs: 5_000,
  look: async () => {
    await dropUnheardUnknown(parts.database.write, parts.clock.now() - UNHEARD_MS);
    return (await listUnknownGuests(parts.database.read)).map(({ guestId: id, host, power }) => ({
      kind: 'guest-unknown',
      subject: id,
      message: `host ${host} has a guest that the cell does not know (${power})`,
      advice:
        'Volvox does not touch it; its record on the host says whose it was. Stop it and remove its folder by hand if nobody needs it',
    }));
  },
});
