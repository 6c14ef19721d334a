import type { Auditor } from '#platform/audit/auditor.ts';
import { MAX_DIFFERENCES } from '#platform/directory/stores/audits/leftovers.ts';
import { oldestOrphanedPlacements } from '#platform/directory/stores/orphaned-placements.ts';
import type { GlobalDeps } from '../deps.ts';

/** The reconciler tells a cell once a second, so a cell that answers has removed the placement long before this, ms. */
const STAYING_MS = 300_000;

/** An orphaned placement stays open while its cell does not answer, or is not registered any more. */
export const orphanedPlacements = ({ directory, cells }: Pick<GlobalDeps, 'directory' | 'cells'>): Auditor => ({
  kinds: ['orphaned-placement-open'],
  settleMs: STAYING_MS,
  look: async () => {
    const rows = await oldestOrphanedPlacements(directory.read, MAX_DIFFERENCES);
    return rows.map(({ instanceUuid: uuid, cellId, epoch }) => ({
      kind: 'orphaned-placement-open' as const,
      subject: `${uuid}@${cells.find(cellId)?.name ?? cellId}`,
      message: `cell ${cells.find(cellId)?.name ?? cellId} may have an earlier guest of server ${uuid} (epoch ${epoch}), and has not removed it`,
      advice: 'see whether the cell answers (volvox cell list); the super-conductor tells it again every second',
    }));
  },
});
