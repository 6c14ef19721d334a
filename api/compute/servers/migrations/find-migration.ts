import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { MigrationFilter, ServerMigration } from '#platform/objects/server-migration.ts';
import { isSilence, readOptions } from '../../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../../deps.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { legacyId } from '../../legacy-id.ts';
import { MAX_PER_PAGE } from '../../page-limit.ts';
import { silentCell } from '../find-server.ts';

/** The migrations of a server that its cell knows, the newest first. @throws VolvoxError unavailable when the cell does not answer. */
export async function migrationsOf(
  { cells }: Pick<ApiDeps, 'cells'>,
  request: ApiRequest,
  cellId: string,
  filter: Omit<MigrationFilter, 'instanceUuid'> = {},
): Promise<readonly ServerMigration[]> {
  const { id = '' } = request.params;
  const cell = cells.of(cellId);
  const page = { filter: { ...filter, instanceUuid: id }, after: null, limit: MAX_PER_PAGE };
  const { migrations } = await cell.door.listMigrations(page, readOptions(request)).catch((error: unknown) => {
    throw isSilence(error) ? silentCell(cell, error) : error;
  });
  return migrations.filter(({ instanceUuid }) => instanceUuid === id);
}

/** The migration of the path. @throws VolvoxError of this kind when the server has no such one. */
export async function migrationOfPath(
  deps: Pick<ApiDeps, 'cells'>,
  request: ApiRequest,
  cellId: string | null,
  kind: 'not-found' | 'invalid',
  message = `Migration ${request.params.migration} not found for instance ${request.params.id}`,
): Promise<ServerMigration> {
  const all = cellId === null ? [] : await migrationsOf(deps, request, cellId);
  const found = all.find(({ id }) => String(legacyId(id)) === request.params.migration);
  if (found === undefined) throw new VolvoxError(kind, message);
  return found;
}
