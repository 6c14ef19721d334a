import type { DirectoryReader, DirectoryTx } from '#platform/directory/directory.ts';
import { getPort, lockPort, type PortRecord } from '#platform/directory/stores/ports.ts';
import { lockServerOf, recordPorts, type ToldPorts } from '#platform/directory/stores/server-of-port.ts';
import { lockTrunk, type TrunkRecord, trunkOfSubport } from '#platform/directory/stores/trunks.ts';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import { askForPorts, tellPorts } from '../../compute/servers/tell-ports.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ApiRequest } from '../../http/route.ts';
import { isPlugged } from '../ports/is-plugged.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'sightings' | 'clock'>;
const ANYBODY = { projectId: '', isAdmin: true };

/** The port whose server must know of a change of this port: its trunk's parent, when it is a subport. */
export async function carrierOf(read: DirectoryReader, port: PortRecord): Promise<PortRecord> {
  const trunk = await trunkOfSubport(read, port.id);
  return trunk === null ? port : getPort(read, ANYBODY, trunk.portId);
}

/**
 * Changes what the servers of parents must know: `work` runs in a transaction that has locked these servers, as far as there are some, and their
 * cells are told afterwards what the ports of the servers are.
 * @throws VolvoxError conflict when a server is being built or moved, or a port changed hands meanwhile; unavailable when a cell does not answer.
 */
export async function changeWithServers<R>(
  deps: Deps,
  { caller, requestId }: Pick<ApiRequest, 'caller' | 'requestId'>,
  parents: readonly Pick<PortRecord, 'id' | 'deviceId' | 'deviceOwner'>[],
  work: (tx: DirectoryTx) => Promise<R>,
): Promise<R> {
  const { directory, clock } = deps;
  const plugged = parents.filter(({ deviceOwner }) => isPlugged(deviceOwner));
  // In the order of the servers, each once: so are their locks taken.
  const byServer = [...new Map(plugged.map((port) => [port.deviceId, port])).values()].sort((a, b) =>
    a.deviceId < b.deviceId ? -1 : 1,
  );
  for (const { deviceId } of byServer) await askForPorts(deps, { caller, requestId }, deviceId);
  const { result, told } = await directory.transaction(async (tx) => {
    const servers: string[] = [];
    for (const port of byServer) if (await lockServerOf(tx, port)) servers.push(port.deviceId);
    const result = await work(tx);
    const told: ToldPorts[] = [];
    for (const uuid of servers) {
      const one = await recordPorts(tx, uuid, clock.now());
      if (one !== null) told.push(one);
    }
    return { result, told };
  });
  for (const one of told) await tellPorts(deps, { caller, requestId }, one);
  return result;
}

/** The parent under its lock. @throws VolvoxError conflict when another server has it than when it was read, or none. */
export async function lockParent(
  tx: DirectoryTx,
  seen: Pick<PortRecord, 'id' | 'deviceId' | 'deviceOwner'>,
): Promise<PortRecord> {
  const parent = await lockPort(tx, ANYBODY, seen.id);
  if (parent.deviceId !== seen.deviceId || parent.deviceOwner !== seen.deviceOwner)
    throw changedMeanwhile(`Port ${seen.id}`);
  return parent;
}

/** A trunk and its parent under their locks. @throws VolvoxError not-found; conflict as `lockParent`. */
export async function lockTrunkWithParent(
  tx: DirectoryTx,
  viewer: ApiRequest['caller'],
  { trunkId, seen }: { readonly trunkId: string; readonly seen: PortRecord },
): Promise<{ readonly trunk: TrunkRecord; readonly parent: PortRecord }> {
  const trunk = await lockTrunk(tx, viewer, trunkId);
  return { trunk, parent: await lockParent(tx, seen) };
}
