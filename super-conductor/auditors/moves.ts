import type { Auditor } from '#platform/audit/auditor.ts';
import { closeMove } from '#platform/directory/stores/homes/moving.ts';
import type { GlobalDeps } from '../deps.ts';

/** A home is held by a move that is over if it names a move whose operation has ended, or is not known. */
export const moves = ({ directory, clock }: Pick<GlobalDeps, 'directory' | 'clock'>): Auditor => ({
  kinds: ['move-without-operation'],
  settleMs: 10_000,
  look: async () => {
    const rows = await directory.read
      .selectFrom('instance_homes')
      .leftJoin('operations', 'operations.id', 'instance_homes.moving_operation_id')
      .select(['uuid', 'moving_operation_id', 'operations.id as known'])
      .where('moving_operation_id', 'is not', null)
      .where((eb) => eb.or([eb('operations.id', 'is', null), eb('operations.finished_at', 'is not', null)]))
      .limit(500)
      .execute();
    return rows.map(({ uuid, moving_operation_id: move, known }) => ({
      kind: 'move-without-operation' as const,
      subject: uuid,
      message: `server ${uuid} is held by move ${move}, which ${known === null ? 'is not known' : 'is over'}`,
      ...(known === null || move === null
        ? { advice: 'see in both cells whether a part of the move is still there (volvox operation list --server)' }
        : {
            advice: 'none: it is let go',
            repair: async () => {
              await directory.transaction((tx) => closeMove(tx, uuid, move, clock.now()));
              return true;
            },
          }),
    }));
  },
});
