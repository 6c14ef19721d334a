import type { DirectoryTx } from '../../directory.ts';

/** First in a transaction: what follows is read as the last one who had the turn left it. */
export async function takeTurn(tx: DirectoryTx): Promise<void> {
  await tx.selectFrom('definition_turn').select('id').where('id', '=', 1).forUpdate().execute();
}
