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

/** A server of a cell is deleted by an operation there; a build that is in none, here and at once, with all that it holds. */
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
    // It got its home meanwhile; `askHome` looks again and asks that.
    if (outcome === 'homed') throw new VolvoxError('moved', `Instance ${uuid} has a home now.`);
  });
}
