import type { Auditor } from '#platform/audit/auditor.ts';
import { MAX_DIFFERENCES } from '#platform/directory/stores/audits/leftovers.ts';
import { oldestOrphanedPlacements } from '#platform/directory/stores/orphaned-placements.ts';
import type { GlobalDeps } from '../deps.ts';

/** The reconciler tells a cell once a second; who answers has taken it long before this, ms. */
const STAYING_MS = 300_000;

/** A stray stays if its cell has not let go of it for minutes: it does not answer, or is not registered any more. */
export const orphanedPlacements = ({ directory, cells }: Pick<GlobalDeps, 'directory' | 'cells'>): Auditor => ({
  kinds: ['stray-staying'],
  settleMs: STAYING_MS,
  look: async () => {
    const rows = await oldestOrphanedPlacements(directory.read, MAX_DIFFERENCES);
    return rows.map(({ instance_uuid: uuid, cell_id: cellId, epoch }) => ({
      kind: 'stray-staying' as const,
      subject: `${uuid}@${cells.find(cellId)?.name ?? cellId}`,
      message: `cell ${cells.find(cellId)?.name ?? cellId} may hold an older copy of server ${uuid} (epoch ${epoch}), and has not let go of it`,
      advice: 'see whether the cell answers (volvox cell list); it is told again every second',
    }));
  },
});
