import { listToldCells } from '#platform/directory/stores/definitions/told-cells.ts';
import type { ToldPorts } from '#platform/directory/stores/server-of-port.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ApiRequest } from '../../http/route.ts';
import { actorOf } from './actor.ts';
import { askHome, sameServer } from './find-server.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'sightings'>;
type Asker = Pick<ApiRequest, 'caller' | 'requestId'>;

/**
 * Tells the cell of a server what the ports of the server are now. Later revisions replace earlier ones there, so it may be repeated, and
 * requests at the same moment may arrive in any order. A cell that takes definitions (docs/decisions/0030) learns of it by them too, so for such
 * a cell it is no error when it does not answer now. The caller has authorized the request.
 * @throws VolvoxError unavailable, deadline-exceeded: the directory has the change, and the cell does not know it; unsupported: a cell of an
 * earlier release.
 */
export async function tellPorts(deps: Deps, asker: Asker, { uuid, patch }: ToldPorts): Promise<void> {
  const { requestId } = asker;
  const trusted = { caller: { ...asker.caller, isAdmin: true }, requestId };
  let cellId = '';
  await askHome(deps, trusted, uuid, async (door, home, cell) => {
    cellId = cell.id;
    return sameServer(
      deps,
      cell,
      home,
      await door.updateInstance({ uuid, patch, actor: actorOf(trusted) }, { requestId }),
    );
  }).catch(async (error: unknown) => {
    if (!isVolvoxError(error)) throw error;
    const isSilent = error.kind === 'unavailable' || error.kind === 'deadline-exceeded';
    if (isSilent && (await listToldCells(deps.directory.read)).includes(cellId)) return;
    refuse(error, uuid, isSilent);
  });
}

/**
 * Asks the cell whether it knows how to change ports, before anything is changed. @throws VolvoxError unsupported, unavailable, deadline-exceeded.
 */
export async function askForPorts(deps: Deps, asker: Asker, uuid: string): Promise<void> {
  const { requestId } = asker;
  const trusted = { caller: { ...asker.caller, isAdmin: true }, requestId };
  const told = await listToldCells(deps.directory.read);
  const patch = { ports: [] };
  await askHome<unknown>(
    deps,
    trusted,
    uuid,
    async (door, _home, cell) =>
      told.includes(cell.id) || (await door.updateInstance({ uuid, patch, actor: actorOf(trusted) }, { requestId })),
    () => null,
  ).catch((error: unknown) => {
    // What it is that has no server is decided under the lock of the port.
    if (isVolvoxError(error, 'not-found')) return;
    if (isVolvoxError(error, 'unsupported')) refuse(error, uuid, false);
    throw error;
  });
}

function refuse(error: VolvoxError, uuid: string, isSilent: boolean): never {
  if (error.kind === 'unsupported') {
    throw new VolvoxError(
      'unsupported',
      `The cell of server ${uuid} is of an earlier release and does not change security groups and ports. Repeat the request when it is upgraded.`,
      { cause: error },
    );
  }
  if (!isSilent) throw error;
  throw new VolvoxError(
    error.kind,
    `The ports and security groups of server ${uuid} are recorded, but its cell did not answer and may not know them. Repeat the request.`,
    { cause: error },
  );
}
