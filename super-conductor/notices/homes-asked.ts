import type { CellDoor } from '#platform/directory/cell-doors.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { GlobalDeps } from '../deps.ts';
import { heldByCell, setAsideIn } from '../homes/held-by-cell.ts';

/**
 * The cell was out of touch, and asks what of it is still at home there (decision 0006). What is not is set aside; what a move has in hand
 * is left to it, and what only differs is left to the auditor. @throws VolvoxError when the answer cannot be given (the notice
 * stays, and comes again).
 */
export async function homesAsked(cell: CellDoor, { directory }: Pick<GlobalDeps, 'directory'>, log: Logger) {
  let held = 0;
  for await (const page of heldByCell(cell, directory)) {
    held += page.length;
    const aside = await setAsideIn(cell, page);
    if (aside.length > 0) log.warn({ cell: cell.name, aside }, 'the cell keeps aside what is not at home there');
  }
  log.info({ cell: cell.name, held }, 'told the cell what is at home there');
}
