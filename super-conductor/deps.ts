import type { CellDoors } from '#platform/directory/cell-doors.ts';
import type { Directory } from '#platform/directory/directory.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { Decide } from './placing/decide.ts';
import type { DoorOrders } from './placing/door-orders.ts';
import type { Patience } from './placing/patience.ts';

/** What operations and reconcilers of the global tier work with. */
export interface GlobalDeps {
  readonly directory: Directory;
  readonly cells: Pick<CellDoors, 'find' | 'all' | 'watch'>;
  readonly decide: Decide;
  readonly orders: DoorOrders;
  readonly patience: Patience;
  readonly clock: Clock;
}
