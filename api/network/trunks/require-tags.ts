import type { PortRecord } from '#platform/directory/stores/ports.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { PortOnHost } from '#platform/objects/port-binding.ts';
import { askHome } from '../../compute/servers/find-server.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ApiRequest } from '../../http/route.ts';
import { conflicting } from '../policy.ts';
import { isPlugged } from '../ports/is-plugged.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'sightings'>;

/** Nobody knows it then: the trunk is built where it can be, and its state says whether it was. */
const UNKNOWN = ['not-found', 'unavailable', 'deadline-exceeded', 'unsupported', 'moved'] as const;

/**
 * Asks the cell of the server that has the parent, if one does, whether its host gives subports their tags.
 * @throws VolvoxError conflict when the host cannot.
 */
export async function requireTags(
  deps: Deps,
  { caller, requestId }: Pick<ApiRequest, 'caller' | 'requestId'>,
  { id, deviceId, deviceOwner }: PortRecord,
): Promise<void> {
  if (!isPlugged(deviceOwner)) return;
  const trusted = { caller: { ...caller, isAdmin: true }, requestId };
  const told: readonly PortOnHost[] = await askHome<readonly PortOnHost[]>(
    deps,
    trusted,
    deviceId,
    async (door) => (await door.portsOnHosts({ portIds: [id] }, { requestId })).ports,
    () => [],
  ).catch((error: unknown) => {
    if (UNKNOWN.some((kind) => isVolvoxError(error, kind))) return [];
    throw error;
  });
  if (!told.some(({ tagsFrames }) => tagsFrames === false)) return;
  throw conflicting(
    `Port ${id} cannot have subports where its server ${deviceId} is: the kernel of that host has no 802.1Q. Migrate the server to another host.`,
    'TrunkPluginDriverConflict',
  );
}
