import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { MigrationFilter, MigrationPage, ServerMigration } from '#platform/objects/server-migration.ts';
import { askCells, cellsAreSilent, isLeftOut, notFoundIn, readOptions } from '../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../cross-cell/cell-doors.ts';
import { mergeSorted, type SortedSource } from '../../cross-cell/merge-sorted.ts';
import type { ApiDeps } from '../../deps.ts';
import { isUuid } from '../../http/is-uuid.ts';
import type { ApiRequest } from '../../http/route.ts';

interface Listed {
  readonly migrations: readonly ServerMigration[];
  readonly silent: readonly CellDoor[];
}

/**
 * A page of the migrations of all cells, the newest first. `silent` names the cells whose part is missing.
 * @param marker the id of the last migration already shown.
 * @throws VolvoxError invalid for an unknown marker; unavailable when no cell answers.
 */
export async function listMigrations(
  { cells }: Pick<ApiDeps, 'cells'>,
  request: ApiRequest,
  filter: MigrationFilter,
  limit: number,
  marker: string | undefined,
): Promise<Listed> {
  const doors = cells.all();
  const after = marker === undefined ? null : await findMarker(doors, request, marker);
  if (limit === 0) return { migrations: [], silent: [] };
  const sources = doors.map((cell) => source(cell, request, filter, after));
  const { items, silent } = await mergeSorted(sources, newestFirst, limit, {
    key: ({ id }) => id,
    // Both cells of a move show it for a moment; the one that the server has moved to knows the destination.
    better: (one, other) => one.destCompute !== null && other.destCompute === null,
  });
  if (silent.length > 0 && silent.length === doors.length) throw cellsAreSilent(doors);
  return { migrations: items, silent: silent.flatMap((at) => doors[at] ?? []) };
}

const newestFirst = (a: ServerMigration, b: ServerMigration): number =>
  -compareText(padded(a.createdAt), padded(b.createdAt)) || -compareText(a.id, b.id);
const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
/** With six digits, so that moments compare as text. */
const padded = (iso: string): string => {
  const [seconds = '', fraction = ''] = iso.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}`;
};

function source(
  cell: CellDoor,
  request: ApiRequest,
  filter: MigrationFilter,
  after: MigrationPage['after'],
): SortedSource<ServerMigration> {
  return {
    next: async (last, count) => {
      const from = last === null ? after : { createdAt: last.createdAt, id: last.id };
      try {
        const page = { filter, after: from, limit: count };
        const { migrations } = await cell.door.listMigrations(page, readOptions(request));
        return migrations.filter(({ projectId }) => filter.projectId === undefined || projectId === filter.projectId);
      } catch (error) {
        request.signal.throwIfAborted();
        if (!isVolvoxError(error) || !isLeftOut(error)) throw error;
        return null;
      }
    },
  };
}

async function findMarker(doors: readonly CellDoor[], request: ApiRequest, marker: string) {
  const page = { filter: { ids: [marker] }, after: null, limit: 1 };
  const { answers, silent } = isUuid(marker)
    ? await askCells(doors, request, ({ door }, options) => door.listMigrations(page, options))
    : { answers: [], silent: [] };
  const found = answers.flatMap(({ answer }) => answer.migrations).find(({ id }) => id === marker);
  if (found === undefined) throw notFoundIn(silent, `Marker ${marker} could not be found.`, 'invalid');
  return { createdAt: found.createdAt, id: found.id };
}
