import { type ClaimingCells, claimingCells } from '#platform/directory/stores/homes/claiming-cells.ts';
import type { Claim } from '#platform/objects/claim.ts';
import { cellsAreSilent, isSilence, type Reader } from '../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../cross-cell/cell-doors.ts';
import type { ApiDeps } from '../../deps.ts';
import { claimsIn } from './claims.ts';

type Deps = Pick<ApiDeps, 'cells' | 'directory'>;

/** A server that claims capacity, with its claims in all cells. */
interface Consumer extends ClaimingCells {
  readonly claims: readonly Claim[];
}

/** That one call asks a cell about. */
const MAX_SERVERS = 1_000;

/**
 * The servers and their claims. Only the cells are asked that the directory names, and only for those servers: what another cell says of a server
 * counts for nothing here.
 * @throws VolvoxError unavailable, with the names of the cells, when one does not answer: a sum without it would be wrong.
 */
export async function consumersOf(
  { cells, directory }: Deps,
  reader: Reader,
  of: Parameters<typeof claimingCells>[1],
): Promise<readonly Consumer[]> {
  const servers = await claimingCells(directory.read, of);
  const doors = cells.all();
  const silent: CellDoor[] = [];
  const claims = await Promise.all(
    doors.map(async (cell) => {
      const uuids = servers.filter(({ cellIds }) => cellIds.includes(cell.id)).map(({ uuid }) => uuid);
      try {
        return await claimsOfServers(cell, uuids, reader);
      } catch (error) {
        if (!isSilence(error)) throw error;
        silent.push(cell);
        return [];
      }
    }),
  );
  if (silent.length > 0) throw cellsAreSilent(silent);
  const byServer = Map.groupBy(claims.flat(), ({ instanceUuid }) => instanceUuid);
  return servers.map((server) => ({ ...server, claims: byServer.get(server.uuid) ?? [] }));
}

async function claimsOfServers(cell: CellDoor, uuids: readonly string[], reader: Reader): Promise<readonly Claim[]> {
  const all: Claim[] = [];
  for (let at = 0; at < uuids.length; at += MAX_SERVERS) {
    const asked = uuids.slice(at, at + MAX_SERVERS);
    all.push(...(await claimsIn(cell, { instanceUuids: asked }, reader)));
  }
  const known = new Set(uuids);
  return all.filter(({ instanceUuid }) => known.has(instanceUuid));
}
