import { sql } from 'kysely';
import type { Reader } from '../../../database/database.ts';
import type { DirectoryTables } from '../../tables.ts';
import { storedHomeState } from './home-state.ts';

type Read = Reader<DirectoryTables>;

/**
 * The cells that hold servers of this project, and whether a server of it moves, both at one moment.
 * `includeDeleted`: also those that once did.
 */
export async function cellsAndMoves(
  read: Read,
  projectId: string,
  options: { readonly includeDeleted: boolean },
): Promise<{ readonly cellIds: readonly string[]; readonly anyMoves: boolean }> {
  const ofProject = read
    .selectFrom('instance_homes')
    .where('project_id', '=', projectId)
    .where('cell_id', 'is not', null);
  const states = (options.includeDeleted ? (['placed', 'deleted'] as const) : (['placed'] as const)).map(
    storedHomeState,
  );
  const rows = await ofProject
    .select(['cell_id', sql<number>`0`.as('moves')])
    .distinct()
    .where('state', 'in', states)
    .unionAll(ofProject.select(['cell_id', sql<number>`1`.as('moves')]).where('moving_operation_id', 'is not', null))
    .execute();
  return {
    cellIds: rows.flatMap(({ cell_id: id, moves }) => (id === null || Number(moves) === 1 ? [] : [id])),
    anyMoves: rows.some(({ moves }) => Number(moves) === 1),
  };
}

/** Of these servers of the project, those that have a home, with it. */
export async function cellsOfServers(
  read: Read,
  projectId: string,
  uuids: readonly string[],
): Promise<readonly { readonly uuid: string; readonly cellId: string }[]> {
  const rows = await read
    .selectFrom('instance_homes')
    .select(['uuid', 'cell_id'])
    .where('uuid', 'in', ['', ...uuids])
    .where('project_id', '=', projectId)
    .where('state', '=', storedHomeState('placed'))
    .execute();
  return rows.flatMap(({ uuid, cell_id: cellId }) => (cellId === null ? [] : [{ uuid, cellId }]));
}
