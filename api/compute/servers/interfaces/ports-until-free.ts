import { portsBeingDetached } from '#platform/directory/stores/interface-changes.ts';
import { portsOfServer } from '#platform/directory/stores/server-networks.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { Port } from '#platform/objects/network.ts';
import type { ApiDeps } from '../../../deps.ts';

/**
 * The ports of a server as its cell just reported it, and the ports that the cell has detached but the directory has not released yet. A
 * client that no longer sees a port can attach it again.
 */
export async function portsUntilFree(
  { directory: { read } }: Pick<ApiDeps, 'directory'>,
  { uuid, ports }: Instance,
): Promise<readonly Port[]> {
  const leaving = await portsBeingDetached(read, uuid);
  for (const { id } of ports) leaving.delete(id);
  if (leaving.size === 0) return ports;
  const all = await portsOfServer(read, uuid);
  return [...ports, ...all.ports.filter(({ id }) => leaving.has(id))];
}
