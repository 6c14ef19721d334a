import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Reader } from '../../../database/database.ts';
import { isoTime, sqlTime } from '../../../database/json-column.ts';
import { selectRows } from '../../../database/raw-select.ts';
import type { InstanceHomesTable } from '../../schema/instance-homes.ts';
import type { DirectoryTables } from '../../tables.ts';
import { type Home, type HomeWithBuild, homeWithBuild, LISTED_COLUMNS, movingOf } from './home.ts';
import { homeStateFrom } from './home-state.ts';

type Read = Reader<DirectoryTables>;

/** What decides a server's position in a list, and whom to ask for it. */
export type ListedHome = Pick<
  Home,
  'uuid' | 'projectId' | 'state' | 'cellId' | 'placingCellId' | 'epoch' | 'moving' | 'createdAt'
>;

/** Every condition must hold. None of these members of a home ever changes. */
interface HomesFilter {
  readonly projectId?: string | undefined;
  readonly userId?: string | undefined;
  readonly uuids?: readonly string[] | undefined;
  /** Exactly this moment. */
  readonly createdAt?: string | undefined;
}

/** A position in a list by creation time, ids deciding between equal times. */
export interface HomePosition {
  readonly createdAt: string;
  readonly uuid: string;
}

const COLUMNS = [
  'uuid',
  'project_id',
  'state',
  'cell_id',
  'placing_cell_id',
  'epoch',
  'moving_operation_id',
  'moving_cell_id',
  'moving_epoch',
  'created_at',
] as const;

type HomeRow = Pick<Selectable<InstanceHomesTable>, (typeof COLUMNS)[number]>;

const listedHome = (row: HomeRow): ListedHome => ({
  uuid: row.uuid,
  projectId: row.project_id,
  state: homeStateFrom(row.state),
  cellId: row.cell_id,
  placingCellId: row.placing_cell_id,
  epoch: row.epoch,
  moving: movingOf(row),
  createdAt: isoTime(row.created_at),
});

/**
 * A page of the homes that are not deleted, by creation time. One statement of one index (migration 0076): its cost grows with `limit`,
 * wherever the page is and however many servers there are. Only `userId` may make it read more, the homes of other users of the project.
 */
export async function pageOfHomes(
  read: Read,
  filter: HomesFilter,
  page: { readonly newestFirst: boolean; readonly after: HomePosition | null; readonly limit: number },
): Promise<readonly ListedHome[]> {
  const { projectId, uuids } = filter;
  const direction = sql.raw(page.newestFirst ? 'DESC' : 'ASC');
  // By itself the optimizer may take an index that has not the sort order, or read from its end up to the marker.
  const index = projectId === undefined ? 'instance_homes_page' : 'instance_homes_project_page';
  const hint = uuids === undefined ? sql`FORCE INDEX (${sql.ref(index)})` : sql``;
  const rows = await selectRows(
    read,
    sql<HomeRow>`
    SELECT ${sql.join(COLUMNS.map((column) => sql.ref(column)))} FROM instance_homes ${hint}
    WHERE ${sql.join(conditionsOf(filter, page), sql` AND `)}
    ORDER BY created_at ${direction}, uuid ${direction} LIMIT ${page.limit}`,
  );
  return rows.map(listedHome);
}

function conditionsOf(
  { projectId, userId, uuids, createdAt }: HomesFilter,
  { newestFirst, after }: { readonly newestFirst: boolean; readonly after: HomePosition | null },
): readonly RawBuilder<unknown>[] {
  const conditions = [sql`deleted_at IS NULL`, sql`state <> 'deleted'`];
  if (projectId !== undefined) conditions.push(sql`project_id = ${projectId}`);
  if (userId !== undefined) conditions.push(sql`user_id = ${userId}`);
  if (uuids !== undefined) conditions.push(sql`uuid IN (${sql.join(['', ...uuids])})`);
  if (createdAt !== undefined) conditions.push(sql`created_at = ${sqlTime(createdAt)}`);
  if (after !== null) {
    const at = sqlTime(after.createdAt);
    const beyond = sql.raw(newestFirst ? '<' : '>');
    conditions.push(sql`(created_at ${beyond} ${at} OR (created_at = ${at} AND uuid ${beyond} ${after.uuid}))`);
  }
  return conditions;
}

/** These homes as they are now, in no order. */
export async function listedHomes(read: Read, uuids: readonly string[]): Promise<readonly ListedHome[]> {
  const rows = await read
    .selectFrom('instance_homes')
    .select(COLUMNS)
    .where('uuid', 'in', ['', ...uuids])
    .execute();
  return rows.map(listedHome);
}

/** These homes as they are now, with their builds without user data, in no order. */
export async function listedBuilds(read: Read, uuids: readonly string[]): Promise<readonly HomeWithBuild[]> {
  const rows = await read
    .selectFrom('instance_homes')
    .select(LISTED_COLUMNS)
    .where('uuid', 'in', ['', ...uuids])
    .execute();
  return rows.map(homeWithBuild);
}
