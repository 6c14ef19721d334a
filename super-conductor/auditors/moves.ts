import type { Auditor } from '#platform/audit/auditor.ts';
import { homesOfEndedMoves } from '#platform/directory/stores/audits/leftovers.ts';
import { closeMove } from '#platform/directory/stores/homes/moving.ts';
import type { GlobalDeps } from '../deps.ts';

/** A home is left over from a move if it names one whose operation has ended, or is not known. */
export const moves = ({ directory, clock }: Pick<GlobalDeps, 'directory' | 'clock'>): Auditor => ({
  kinds: ['move-without-operation'],
  settleMs: 10_000,
  look: async () => {
    const rows = await homesOfEndedMoves(directory.read);
    return rows.map(({ uuid, movingOperationId: move, known }) => ({
      kind: 'move-without-operation' as const,
      subject: uuid,
      message: `server ${uuid} is held by move ${move}, which ${known === null ? 'is not known' : 'is over'}`,
      ...(known === null || move === null
        ? { advice: 'see in both cells whether a part of the move is still there (volvox operation list --server)' }
        : {
            advice: 'none: the server is released',
            repair: async () => {
              await directory.transaction((tx) => closeMove(tx, uuid, move, clock.now()));
              return true;
            },
          }),
    }));
  },
});
