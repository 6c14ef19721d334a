import { type BuildChange, changeBuild } from '#platform/directory/stores/homes/change-build.ts';
import { renameHome } from '#platform/directory/stores/homes/home-details.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { canonicalIp } from '#platform/objects/ip-address.ts';
import type { ApiDeps } from '../../../deps.ts';
import { authorize } from '../../../http/policy.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { actorOf } from '../actor.ts';
import { requireZone } from '../create/requested-zone-or-host.ts';
import { askHome, sameServer, serverNotFound } from '../find-server.ts';
import { UPDATE } from '../policy.ts';
import { unplacedInstance } from '../unplaced-instance.ts';
import type { UpdateServerBody } from './schema.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'clock' | 'sightings'>;

/** Updates the attributes of a server that its user may set. @returns the updated server. */
export async function updateServer(deps: Deps, request: ApiRequest<UpdateServerBody>, uuid: string): Promise<Instance> {
  const patch = patchOf(request.body.server);
  if (typeof patch.availabilityZone === 'string') await requireZone(deps.directory, patch.availabilityZone);
  const { instance, isPlaced } = await askHome(
    deps,
    request,
    uuid,
    async (door, home, cell) => {
      authorize(UPDATE, request.caller, { projectId: home.projectId });
      const updated = { uuid, patch, actor: actorOf(request) };
      const instance = await door.updateInstance(updated, { requestId: request.requestId });
      return { instance: sameServer(deps, cell, home, instance), isPlaced: true };
    },
    async (home) => {
      authorize(UPDATE, request.caller, { projectId: home.projectId });
      return { instance: await updateUnplaced(deps, uuid, patch), isPlaced: false };
    },
  );
  if (isPlaced) await rememberChange(deps, instance, patch);
  return instance;
}

/** Updates the name in the directory, and the build while it may still fail and be placed in another cell. */
async function rememberChange({ directory, clock }: Deps, instance: Instance, patch: BuildChange): Promise<void> {
  const { uuid, vmState } = instance;
  const { name: newName } = patch;
  if (vmState === 'building') {
    await directory.transaction((tx) => changeBuild(tx, uuid, patch, ['placed', 'accepted'], clock.now()));
  } else if (newName !== undefined) {
    await directory.transaction((tx) => renameHome(tx, uuid, newName, clock.now()));
  }
}

/** Updates a server that no cell has. @throws VolvoxError moved when a cell has taken it meanwhile; not-found. */
async function updateUnplaced({ directory, clock }: Deps, uuid: string, patch: BuildChange): Promise<Instance> {
  const home = await directory.transaction((tx) => changeBuild(tx, uuid, patch, ['accepted', 'buried'], clock.now()));
  if (home === null || home.state === 'deleted') throw serverNotFound(uuid);
  if (home.state === 'placed') throw new VolvoxError('moved', `Instance ${uuid} has a home now.`);
  return unplacedInstance(home);
}

function patchOf(server: UpdateServerBody['server']): BuildChange {
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
