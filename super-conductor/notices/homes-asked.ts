import type { CellDoor } from '#platform/directory/cell-doors.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { GlobalDeps } from '../deps.ts';
import { instancesInCell, quarantineIn } from '../homes/instances-in-cell.ts';

/**
 * The cell was out of touch, and asks which of its instances still live there (decision 0006). It is told to quarantine the others. A move
 * decides about the instances that it handles, and the auditor shows those that only differ.
 * @throws VolvoxError when the answer cannot be given (the notice stays, and comes again).
 */
export async function homesAsked(cell: CellDoor, { directory }: Pick<GlobalDeps, 'directory'>, log: Logger) {
  let told = 0;
  for await (const page of instancesInCell(cell, directory)) {
    told += page.length;
    const quarantined = await quarantineIn(cell, page);
    if (quarantined.length > 0)
      log.warn({ cell: cell.name, quarantined }, 'the cell quarantined instances that live elsewhere');
  }
  log.info({ cell: cell.name, told }, 'told the cell which of its instances live there');
}
