import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { forgetFlavorChange, notedFlavorChanges } from '#platform/directory/stores/audits/leftovers.ts';
import type { GlobalDeps } from '../deps.ts';

type Deps = Pick<GlobalDeps, 'directory' | 'clock'>;
/** A cell settles the reservation within a second or two once the server is idle; a resize may take minutes, ms. */
const STAYING_MS = 600_000;

/**
 * A quota reservation is open for too long if a change of the server's flavor was requested (hold_changes), and the server has not been
 * idle since. Until then it reserves the larger of both flavors. The reservation of a deleted server is left over.
 */
export const reservations = ({ directory, clock }: Deps): Auditor => ({
  kinds: ['reservation-open'],
  settleMs: 5_000,
  look: async () => {
    const rows = await notedFlavorChanges(directory.read);
    const now = clock.now();
    return rows.flatMap((row): Difference[] => {
      const { instanceUuid: uuid, id: change, home } = row;
      const common = { kind: 'reservation-open' as const, subject: change };
      if (home === null || home.state === 'deleted') {
        const message = `server ${uuid} is deleted, and a change of its flavor is still recorded`;
        return [
          {
            ...common,
            message,
            advice: 'none: the change is removed',
            repair: () => forgetFlavorChange(directory.write, change),
          },
        ];
      }
      const since = Math.max(row.inProgressUntil, Date.parse(home.updatedAt));
      if (now - since < STAYING_MS) return [];
      const message = `server ${uuid} reserves the larger of two flavors, and has not been idle in its cell for long`;
      return [{ ...common, message, advice: `see its operations: volvox operation list --server ${uuid}` }];
    });
  },
});
