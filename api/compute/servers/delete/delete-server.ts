import { randomUUID } from 'node:crypto';
import { requestDelete } from '#platform/directory/stores/homes/deleting.ts';
import type { Home } from '#platform/directory/stores/homes/home.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../../deps.ts';
import { authorize } from '../../../http/policy.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { actorOf } from '../actor.ts';
import { askHome } from '../find-server.ts';
import { DELETE } from '../policy.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'clock'>;

/** Deletes a server. A placed server is deleted by an operation of its cell; an unplaced build immediately, with its quota and ports. */
export async function deleteServer(deps: Deps, request: ApiRequest, uuid: string): Promise<void> {
  const actor = actorOf(request);
  const { requestId } = request;
  await askHome(
    deps,
    request,
    uuid,
    async (door, home) => {
      authorize(DELETE, request.caller, { projectId: home.projectId });
      await door.act({ uuid, operationId: randomUUID(), kind: 'delete', params: {}, actor }, { requestId });
    },
    (home) => deleteUnplaced(deps, request, home),
  );
}

async function deleteUnplaced(deps: Deps, request: ApiRequest, { uuid, projectId }: Home): Promise<void> {
  authorize(DELETE, request.caller, { projectId });
  await deps.directory.transaction(async (tx) => {
    const { outcome } = await requestDelete(tx, uuid, deps.clock.now());
    // A cell has taken it meanwhile; `askHome` reads the home again and asks that cell.
    if (outcome === 'placed') throw new VolvoxError('moved', `Instance ${uuid} has a home now.`);
  });
}
