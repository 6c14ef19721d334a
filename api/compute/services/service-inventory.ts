import type { CellService } from '#platform/contracts/door.ts';
import type { schedulerContract } from '#platform/contracts/scheduler.ts';
import type { Client } from '#platform/rpc/client.ts';
import { askCells, isSilence, type Reader, readOptions } from '../../cross-cell/ask-cells.ts';
import type { CellDoor, CellDoors } from '../../cross-cell/cell-doors.ts';

/** A service under the name that clients know (`nova-compute`), with its cell; null: the global tier. */
export interface FoundService extends CellService {
  readonly cell: CellDoor | null;
}

export interface ServiceInventory {
  readonly services: readonly FoundService[];
  /** The cells that did not answer, with their services from their last answer to this process. */
  readonly silent: readonly { readonly cell: CellDoor; readonly last: readonly FoundService[] }[];
}

export type InventoryReader = (reader: Reader) => Promise<ServiceInventory>;

/** Asks all cells and the scheduler for their services concurrently, within the deadline of lists. */
export function createInventoryReader(deps: {
  readonly cells: Pick<CellDoors, 'all'>;
  readonly scheduler: Pick<Client<typeof schedulerContract>, 'describe'>;
}): InventoryReader {
  const remembered = new Map<string, readonly FoundService[]>();
  return async (reader) => {
    const cells = deps.cells.all();
    const [{ answers, silent }, scheduler] = await Promise.all([
      askCells(cells, reader, ({ door }, options) => door.listServices({}, options)),
      schedulerService(deps.scheduler, reader),
    ]);
    for (const { cell, answer } of answers)
      remembered.set(
        cell.id,
        answer.services.map((service) => ({ ...service, binary: clientsName(service.binary), cell })),
      );
    const known = new Set(cells.map(({ id }) => id));
    for (const id of remembered.keys()) if (!known.has(id)) remembered.delete(id);
    const of = ({ id }: CellDoor): readonly FoundService[] => remembered.get(id) ?? [];
    return {
      services: [scheduler, ...answers.flatMap(({ cell }) => of(cell))],
      silent: silent.map((cell) => ({ cell, last: of(cell) })),
    };
  };
}

/** Clients expect Nova's names. */
const clientsName = (binary: string): string => (binary.startsWith('nova-') ? binary : `nova-${binary}`);

/** Schedulers have no records of their own, so this describes the one that answers. */
async function schedulerService(
  scheduler: Pick<Client<typeof schedulerContract>, 'describe'>,
  reader: Reader,
): Promise<FoundService> {
  const up = await scheduler.describe({}, readOptions(reader)).then(
    () => true,
    (error: unknown) => {
      if (isSilence(error)) return false;
      throw error;
    },
  );
  return {
    id: '00000001-0000-4000-8000-000000000000',
    binary: 'nova-scheduler',
    host: 'scheduler',
    zone: 'internal',
    enabled: true,
    disabledReason: null,
    forcedDown: false,
    up,
    updatedAt: null,
    cell: null,
  };
}
