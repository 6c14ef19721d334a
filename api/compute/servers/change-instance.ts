import type { InstancePatch } from '#platform/contracts/door.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorize, type Policy } from '../../http/policy.ts';
import type { ApiRequest } from '../../http/route.ts';
import { actorOf } from './actor.ts';
import { askHome } from './find-server.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches'>;

/** Reads a server at its home, and changes what `change` makes of it. @returns it as it is then. */
export async function changeInstance(
  deps: Deps,
  request: ApiRequest,
  policy: Policy,
  change: (instance: Instance) => InstancePatch,
): Promise<Instance> {
  const uuid = request.params.id ?? '';
  const options = { requestId: request.requestId };
  return askHome(deps, request, uuid, async (door, home) => {
    authorize(policy, request.caller, { projectId: home.projectId });
    const patch = change(await door.getInstance({ uuid }, options));
    return door.updateInstance({ uuid, patch, actor: actorOf(request) }, options);
  });
}
