import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { forgetFlavorChange, notedFlavorChanges } from '#platform/directory/stores/audits/leftovers.ts';
import type { GlobalDeps } from '../deps.ts';

type Deps = Pick<GlobalDeps, 'directory' | 'clock'>;
/** A cell at rest with the server settles it within a second or two; a resize may take minutes, ms. */
const STAYING_MS = 600_000;

/**
 * What a server holds of its project's quota is unsettled for too long if a change of its flavor was asked for (hold_changes), and its cell
 * has not been at rest with it since; until then it holds the larger of both flavors. The hold of a server that is deleted is left over.
 */
export const reservations = ({ directory, clock }: Deps): Auditor => ({
  kinds: ['hold-staying'],
  settleMs: 5_000,
  look: async () => {
    const rows = await notedFlavorChanges(directory.read);
    const now = clock.now();
    return rows.flatMap((row): Difference[] => {
      const { instance_uuid: uuid, change_id: change, state, updated_at: updatedAt } = row;
      const common = { kind: 'hold-staying' as const, subject: change };
      if (state === null || state === 'deleted') {
        const message = `a change of the flavor of server ${uuid} is noted, and the server is deleted`;
        return [
          {
            ...common,
            message,
            advice: 'none: it is forgotten',
            repair: () => forgetFlavorChange(directory.write, change),
          },
        ];
      }
      const since = Math.max(Number(row.under_way_until), Date.parse(`${updatedAt ?? ''}Z`.replace(' ', 'T')));
      if (now - since < STAYING_MS) return [];
      const message = `server ${uuid} holds the larger of two flavors, and its cell has not been at rest with it for long`;
      return [{ ...common, message, advice: `see what is done with it: volvox operation list --server ${uuid}` }];
    });
  },
});
