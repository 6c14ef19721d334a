import type { CellDoor } from '#platform/directory/cell-doors.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { GlobalDeps } from '../deps.ts';
import { presentInCell, quarantineIn } from '../homes/present-in-cell.ts';

/**
 * The cell was out of touch, and asks what of it is still at home there (decision 0006). What is not is set aside; what a move has in hand
 * is left to it, and what only differs is left to the auditor. @throws VolvoxError when the answer cannot be given (the notice
 * stays, and comes again).
 */
export async function homesAsked(cell: CellDoor, { directory }: Pick<GlobalDeps, 'directory'>, log: Logger) {
  let told = 0;
  for await (const page of presentInCell(cell, directory)) {
    told += page.length;
    const quarantined = await quarantineIn(cell, page);
    if (quarantined.length > 0)
      log.warn({ cell: cell.name, quarantined }, 'the cell keeps aside what is not at home there');
  }
  log.info({ cell: cell.name, told }, 'told the cell what is at home there');
}
