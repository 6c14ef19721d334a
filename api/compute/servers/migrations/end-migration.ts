import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { MigrationStatus } from '#platform/objects/server-migration.ts';
import type { ApiDeps } from '../../../deps.ts';
import { authorize, type Policy } from '../../../http/policy.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { act } from '../actions/act.ts';
import { placedServer } from '../actions/placed-server.ts';
import { migrationOfPath } from './find-migration.ts';

/** A way in which a user ends a live migration early: the action of the cell that does it, and when it may. */
interface MigrationEnd {
  readonly policy: Policy;
  /** The action of the cell; its parameters are `{migrationId}`. A cell that does not offer it says so. */
  readonly kind: 'abortLiveMigration' | 'forceCompleteLiveMigration';
  /** As messages name it. */
  readonly method: string;
  readonly statuses: readonly MigrationStatus[];
  /** How an unknown migration is answered. */
  readonly unknown: 'not-found' | 'invalid';
}

/**
 * Asks the server's cell to end its live migration. It is the only way to it; the cell checks everything again.
 * @throws VolvoxError conflict unless the server is being migrated; not-found, invalid (unknown migration, or one that is in another status).
 */
export async function endMigration(
  deps: Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'sightings'>,
  request: ApiRequest,
  { policy, kind, method, statuses, unknown }: MigrationEnd,
): Promise<void> {
  const { instance, cellId } = await placedServer(deps, request, method);
  authorize(policy, request.caller, { projectId: instance.projectId });
  const { uuid, taskState } = instance;
  if (taskState !== 'migrating') {
    const message = `Cannot '${method}' instance ${uuid} while it is in task_state ${taskState ?? 'None'}`;
    throw new VolvoxError(
      'conflict',
      `${message}; its task_state must be migrating: no live migration is in progress.`,
    );
  }
  const migration = await migrationOfPath(deps, request, cellId, unknown);
  const isLive = migration.type === 'live-migration';
  if (!isLive || !statuses.includes(migration.status)) {
    const what = isLive ? '' : ` It is a ${migration.type}, not a live migration.`;
    throw new VolvoxError(
      'invalid',
      `Migration ${request.params.migration} state of instance ${uuid} is ${migration.status}. Cannot ${method} while the migration is in this state.${what}`,
    );
  }
  await act(deps, request, policy, kind, { migrationId: migration.id });
}
