import type { schedulerContract } from '#platform/contracts/scheduler.ts';
import type { CellDoors } from '#platform/directory/cell-doors.ts';
import type { Directory } from '#platform/directory/directory.ts';
import type { Client } from '#platform/rpc/client.ts';
import type { Clock } from '#platform/time/clock.ts';

/** What operations and reconcilers of the global tier work with. */
export interface GlobalDeps {
  readonly directory: Directory;
  readonly cells: Pick<CellDoors, 'find' | 'all' | 'watch'>;
  readonly scheduler: Pick<Client<typeof schedulerContract>, 'schedule'>;
  readonly clock: Clock;
}
