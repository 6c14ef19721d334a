import type { GlobalDeps } from './deps.ts';
import { decideBy } from './placing/decide.ts';
import { DoorRequests } from './placing/door-requests.ts';
import { ReluctantCells } from './placing/reluctant-cells.ts';
import { RetryBudget } from './placing/retry-budget.ts';

/** What all operations and reconcilers of one super-conductor share. */
export const composeDeps = (
  scheduler: Parameters<typeof decideBy>[0],
  connections: Pick<GlobalDeps, 'directory' | 'cells' | 'clock'>,
): GlobalDeps => ({
  ...connections,
  decide: decideBy(scheduler, connections.clock),
  doorRequests: new DoorRequests(),
  retryBudget: new RetryBudget(),
  reluctantCells: new ReluctantCells(),
});
