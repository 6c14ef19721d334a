import type { Home } from '#platform/directory/stores/homes/home.ts';
import type { Instance } from '#platform/objects/instance.ts';

/** What the directory says of an instance that a cell shows. */
export type Verdict =
  /** The directory agrees: it may be shown. */
  | 'agrees'
  /** The cell shows what it had before; that is no fault. It is left out. */
  | 'outdated'
  /** The cell shows what is not its own, or shows it as another's. It is left out, and operators are told. */
  | 'contradicts';

/** What the report of a cell is judged by. */
type Reported = Pick<Instance, 'uuid' | 'epoch' | 'projectId' | 'vmState'>;
export type JudgingHome = Pick<Home, 'uuid' | 'projectId' | 'state' | 'cellId' | 'placingCellId' | 'epoch' | 'moving'>;

/**
 * Compares what a cell shows with the directory, which was read after the cell had answered. The directory decides where an instance lives, at
 * which epoch and whose it is (decision 0004): it raises an epoch before it asks a cell under it, so a cell never rightly knows a higher one. While a
 * server moves, its cell and the cell that it moves to may both show it. Pure.
 */
export function judgeReport(cellId: string, instance: Reported, home: JudgingHome | undefined): Verdict {
  // A cell may keep deleted rows longer than the directory.
  if (home === undefined) return instance.vmState === 'deleted' ? 'outdated' : 'contradicts';
  if (instance.projectId !== home.projectId) return 'contradicts';
  const { moving } = home;
  if (moving !== null && moving.cellId === cellId && moving.epoch === instance.epoch) return 'agrees';
  if (instance.epoch > home.epoch) return 'contradicts';
  const isHandedOver = moving !== null && moving.cellId === home.cellId;
  if (instance.epoch < home.epoch) return isHandedOver ? 'agrees' : 'outdated';
  return isPlaceOf(home, cellId) ? 'agrees' : 'contradicts';
}

/** An instance that was deleted before its home was recorded names no cell. */
const isPlaceOf = ({ cellId, placingCellId, state }: JudgingHome, candidate: string): boolean =>
  cellId === candidate || placingCellId === candidate || (state === 'deleted' && cellId === null);
