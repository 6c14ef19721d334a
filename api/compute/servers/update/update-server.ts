import type { InstancePatch } from '#platform/contracts/door.ts';
import { renameHome } from '#platform/directory/stores/instance-homes.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { canonicalIp } from '#platform/objects/ip-address.ts';
import type { ApiDeps } from '../../../deps.ts';
import {
  description,
  diskConfig,
  extend,
  ipv4,
  ipv6,
  name,
  nameWithSpaces,
  object,
  wrapped,
} from '../../../http/parameter-types.ts';
import { authorize } from '../../../http/policy.ts';
import type { ApiRequest } from '../../../http/route.ts';
import type { Schema } from '../../../http/validator.ts';
import { actorOf } from '../actor.ts';
import { requireZone } from '../create/requested-place.ts';
import { askHome } from '../find-server.ts';
import { UPDATE } from '../policy.ts';

export interface UpdateServerBody {
  readonly server: {
    readonly name?: string;
    readonly description?: string | null;
    readonly hostname?: string;
    readonly accessIPv4?: string;
    readonly accessIPv6?: string;
    readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
    readonly pinned_availability_zone?: string | null;
  };
}

const base = object({ name: nameWithSpaces, 'OS-DCF:diskConfig': diskConfig, accessIPv4: ipv4, accessIPv6: ipv6 });
const since19 = extend(base, { name, description });
const label: Schema = {
  type: 'string',
  minLength: 2,
  maxLength: 63,
  pattern: '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$',
};
const since90 = extend(since19, { hostname: label });
const since94 = extend(since19, {
  hostname: { ...label, maxLength: 255, pattern: '^[a-zA-Z0-9]+[a-zA-Z0-9-.]*[a-zA-Z0-9]+$' },
});
const since104 = extend(since94, {
  pinned_availability_zone: { anyOf: [{ type: 'string', minLength: 1, maxLength: 255 }, { type: 'null' }] },
});

export const UPDATE_SERVER = {
  1: wrapped('server', base),
  19: wrapped('server', since19),
  90: wrapped('server', since90),
  94: wrapped('server', since94),
  104: wrapped('server', since104),
} as const;

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
