import type { CellDoors } from '#platform/directory/cell-doors.ts';
import type { Directory } from '#platform/directory/directory.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { Decide } from './placing/decide.ts';
import type { DoorRequests } from './placing/door-requests.ts';
import type { ReluctantCells } from './placing/reluctant-cells.ts';
import type { RetryBudget } from './placing/retry-budget.ts';

/** What operations and reconcilers of the global tier work with. */
export interface GlobalDeps {
  readonly directory: Directory;
  readonly cells: Pick<CellDoors, 'find' | 'all' | 'watch'>;
  readonly decide: Decide;
  readonly doorRequests: DoorRequests;
  readonly retryBudget: RetryBudget;
  readonly reluctantCells: ReluctantCells;
  readonly clock: Clock;
}
