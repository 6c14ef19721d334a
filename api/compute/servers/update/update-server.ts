import type { InstancePatch } from '#platform/contracts/door.ts';
import { renameHome } from '#platform/directory/stores/instance-homes.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { canonicalIp } from '#platform/objects/ip-address.ts';
import type { ApiDeps } from '../../../deps.ts';
import { authorize } from '../../../http/policy.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { actorOf } from '../actor.ts';
import { requireZone } from '../create/requested-place.ts';
import { askHome } from '../find-server.ts';
import { UPDATE } from '../policy.ts';
import type { UpdateServerBody } from './schema.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'clock'>;

/** Changes what a server says of itself. @returns it as it is then. */
export async function updateServer(deps: Deps, request: ApiRequest<UpdateServerBody>, uuid: string): Promise<Instance> {
  const patch = patchOf(request.body.server);
  if (typeof patch.availabilityZone === 'string') await requireZone(deps.directory, patch.availabilityZone);
  const instance = await askHome(deps, request, uuid, (door, home) => {
    authorize(UPDATE, request.caller, { projectId: home.projectId });
    return door.updateInstance({ uuid, patch, actor: actorOf(request) }, { requestId: request.requestId });
  });
  const { name: newName } = patch;
  if (newName !== undefined) {
    await deps.directory.transaction((tx) => renameHome(tx, uuid, newName, deps.clock.now()));
  }
  return instance;
}

function patchOf(server: UpdateServerBody['server']): InstancePatch {
  return {
    ...(server.name === undefined ? {} : { name: server.name.trim() }),
    ...(server.description === undefined ? {} : { description: server.description }),
    ...(server.hostname === undefined ? {} : { hostname: server.hostname }),
    ...(server.accessIPv4 === undefined ? {} : { accessIpV4: canonicalIp(server.accessIPv4) }),
    ...(server.accessIPv6 === undefined ? {} : { accessIpV6: canonicalIp(server.accessIPv6) }),
    ...(server['OS-DCF:diskConfig'] === undefined ? {} : { diskConfig: server['OS-DCF:diskConfig'] }),
    ...(server.pinned_availability_zone === undefined ? {} : { availabilityZone: server.pinned_availability_zone }),
  };
}
