import { randomUUID } from 'node:crypto';
import { askToDelete } from '#platform/contracts/ask-to-delete.ts';
import { DELETE_ARRIVED } from '#platform/contracts/global-operations.ts';
import { requestDelete } from '#platform/directory/stores/homes/deleting.ts';
import { lockHome } from '#platform/directory/stores/homes/get-homes.ts';
import type { Home } from '#platform/directory/stores/homes/home.ts';
import { beginOperations } from '#platform/directory/stores/operations.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { isSilence } from '../../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../../deps.ts';
import { authorize, type Policy } from '../../../http/policy.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { actorOf } from '../actor.ts';
import { askHome } from '../find-server.ts';
import { DELETE } from '../policy.ts';

interface Deletion {
  /** For good, even where the cell keeps deleted servers for some time. */
  readonly isForced: boolean;
  readonly policy: Policy;
}

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'clock' | 'waker' | 'sightings'>;

/**
 * Deletes a server. A placed server is deleted by an operation of its cell; an unplaced build immediately, with its quota and ports. When the cell
 * does not answer, the directory records the delete, and the super-conductor tells the cell as soon as it answers. (A server that its owner had
 * locked, which only the cell knows, then stays.)
 */
export async function deleteServer(
  deps: Deps,
  request: ApiRequest,
  uuid: string,
  how: Deletion = { isForced: false, policy: DELETE },
): Promise<void> {
  const actor = actorOf(request);
  const { requestId } = request;
  await askHome(
    deps,
    request,
    uuid,
    async (door, home) => {
      authorize(how.policy, request.caller, { projectId: home.projectId });
      const asked = { uuid, operationId: randomUUID(), params: {}, actor };
      await askToDelete(how, (kind) => door.act({ ...asked, kind }, { requestId })).catch(async (error: unknown) => {
        if (!isSilence(error)) throw error;
        await recordDelete(deps, request, home, how);
      });
    },
    (home) => deleteUnplaced(deps, request, home, how),
  );
}

/** Reads the home again and records the delete, in one transaction. @throws VolvoxError moved when the home has changed since `asked` was read. */
async function recordDelete(
  deps: Deps,
  { caller, requestId }: ApiRequest,
  asked: Home,
  { isForced }: Deletion,
): Promise<void> {
  const { userId, projectId, isAdmin } = caller;
  const ids = await deps.directory.transaction(async (tx) => {
    const home = await lockHome(tx, asked.uuid);
    if (home === null || home.state === 'deleted') return [];
    if (home.state !== 'placed' || home.cellId === null || home.epoch !== asked.epoch) {
      throw new VolvoxError('moved', `Instance ${asked.uuid} has another home now.`);
    }
    const params = { uuid: home.uuid, cellId: home.cellId, isAdmin, isForced };
    const operation = { subject: home.uuid, params, requestId, userId, projectId };
    return beginOperations(tx, DELETE_ARRIVED, [operation], deps.clock.now());
  });
  if (ids.length > 0) void deps.waker.wake(DELETE_ARRIVED.queue, [...ids]);
}

async function deleteUnplaced(
  deps: Deps,
  request: ApiRequest,
  { uuid, projectId }: Home,
  { policy }: Deletion,
): Promise<void> {
  authorize(policy, request.caller, { projectId });
  await deps.directory.transaction(async (tx) => {
    const { outcome } = await requestDelete(tx, uuid, deps.clock.now());
    // A cell has taken it meanwhile; `askHome` reads the home again and asks that cell.
    if (outcome === 'placed') throw new VolvoxError('moved', `Instance ${uuid} has a home now.`);
  });
}
