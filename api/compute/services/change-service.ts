import type { CellService } from '#platform/contracts/door.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { raiseSchedulingGeneration } from '#platform/directory/stores/scheduling-generation.ts';
import type { CellDoor } from '../../cross-cell/cell-doors.ts';
import type { ServiceChange } from './service-update.ts';

/** Tells the cell, then makes the schedulers look again, so that every placement afterwards knows of it. */
export async function changeService(
  directory: Directory,
  { id, cell }: { readonly id: string; readonly cell: CellDoor },
  change: ServiceChange,
  requestId: string,
): Promise<CellService> {
  const changed = await cell.door.updateService({ id, ...change }, { requestId });
  await directory.transaction(raiseSchedulingGeneration);
  return changed;
}
