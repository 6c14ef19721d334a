import type { InstancePatch } from '#platform/contracts/door.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorize, type Policy } from '../../http/policy.ts';
import type { ApiRequest } from '../../http/route.ts';
import { actorOf } from './actor.ts';
import { askHome, sameServer } from './find-server.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'sightings'>;

/** How often a change is repeated after another one changed the server first. Each time, one of the two has succeeded. */
const MAX_TRIES = 100;

/**
 * Reads a server from its cell and applies the patch that `change` returns. If someone changed the server in between, it reads the server again
 * and repeats, so no update is lost. In a cell of an older release, the last of two concurrent changes wins.
 * @returns the server after the change.
 * @throws VolvoxError conflict when others keep changing it; what `change` throws.
 */
export async function changeInstance(
  deps: Deps,
  request: ApiRequest,
  policy: Policy,
  change: (instance: Instance) => InstancePatch,
): Promise<Instance> {
  const uuid = request.params.id ?? '';
  const options = { requestId: request.requestId };
  const actor = actorOf(request);
  return askHome(deps, request, uuid, async (door, home, cell) => {
    authorize(policy, request.caller, { projectId: home.projectId });
    for (let attempt = 1; ; attempt++) {
      const instance = sameServer(deps, cell, home, await door.getInstance({ uuid }, options));
      try {
        const patched = { uuid, patch: change(instance), ifVersion: instance.version, actor };
        return sameServer(deps, cell, home, await door.updateInstance(patched, options));
      } catch (error) {
        if (!wasChanged(error) || attempt >= MAX_TRIES) throw error;
      }
    }
  });
}

const wasChanged = (error: unknown): boolean => isVolvoxError(error, 'conflict') && 'version' in error.details;
