import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { exactly } from '../../database/exact-text.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { deleteRows, updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { ImageMembersTable, ImagesTable } from '../schema/images.ts';
import type { DirectoryTables } from '../tables.ts';
import { type Listing, listRows } from './listing.ts';

type Read = Reader<DirectoryTables>;
export type ImageRow = Selectable<ImagesTable>;
export type ImageMemberRow = Selectable<ImageMembersTable>;

export interface ImageViewer {
  readonly projectId: string;
  readonly isAdmin: boolean;
}

export interface ImageListing extends Listing {
  /** Absent: public ones, the viewer's own, and shared ones that its project accepted. */
  readonly visibility?: ImageRow['visibility'] | 'all' | undefined;
  readonly memberStatus?: ImageMemberRow['status'] | 'all' | undefined;
  /** Images that have all of these. */
  readonly tags?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
  readonly sizeMin?: number | undefined;
  readonly sizeMax?: number | undefined;
}

export function listImages(read: Read, viewer: ImageViewer, listing: ImageListing): Promise<readonly ImageRow[]> {
  const conditions = [visibleInLists(viewer, listing)];
  for (const tag of listing.tags ?? []) {
    conditions.push(sql`id IN (SELECT image_id FROM image_tags WHERE tag = ${tag})`);
  }
  for (const [name, value] of Object.entries(listing.properties ?? {})) {
    conditions.push(
      sql`${exactly(sql`JSON_UNQUOTE(JSON_EXTRACT(properties, ${`$.${JSON.stringify(name)}`}))`)} = ${value}`,
    );
  }
  if (listing.sizeMin !== undefined) conditions.push(sql`size_bytes >= ${listing.sizeMin}`);
  if (listing.sizeMax !== undefined) conditions.push(sql`size_bytes <= ${listing.sizeMax}`);
  return listRows<ImageRow>(read, 'images', listing, conditions);
}

function visibleInLists(viewer: ImageViewer, listing: ImageListing): RawBuilder<unknown> {
  const { projectId } = viewer;
  const status = listing.memberStatus ?? 'accepted';
  const offered =
    status === 'all'
      ? sql`SELECT image_id FROM image_members WHERE member_id = ${projectId}`
      : sql`SELECT image_id FROM image_members WHERE member_id = ${projectId} AND status = ${status}`;
  const own = viewer.isAdmin ? sql`TRUE` : sql`project_id = ${projectId}`;
  const sharedWithMe = sql`(visibility = 'shared' AND id IN (${offered}))`;
  switch (listing.visibility) {
    case 'public':
    case 'community':
      return sql`visibility = ${listing.visibility}`;
    case 'private':
      return sql`visibility = 'private' AND ${own}`;
    case 'shared':
      return sql`(visibility = 'shared' AND (${own} OR ${sharedWithMe}))`;
    case 'all':
      return sql`(visibility IN ('public', 'community') OR ${own} OR ${sharedWithMe})`;
    case undefined:
      return sql`(visibility = 'public' OR (${own} AND visibility <> 'community') OR project_id = ${projectId} OR ${sharedWithMe})`;
  }
}

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getImage(read: Read, viewer: ImageViewer, id: string): Promise<ImageRow> {
  const row = await read.selectFrom('images').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined || !(await isVisible(read, viewer, row))) {
    throw new VolvoxError('not-found', `Failed to find image ${id}`);
  }
  return row;
}

async function isVisible(read: Read, viewer: ImageViewer, row: ImageRow): Promise<boolean> {
  if (viewer.isAdmin || row.project_id === viewer.projectId) return true;
  if (row.visibility === 'public' || row.visibility === 'community') return true;
  if (row.visibility === 'private') return false;
  const members = await listMembers(read, row.id);
  return members.some((member) => member.member_id === viewer.projectId);
}

/** @throws VolvoxError conflict when an image has or had this id. */
export async function insertImage(tx: DirectoryTx, row: ImageRow, tags: readonly string[]): Promise<void> {
  await tx
    .insertInto('image_ids')
    .values({ id: row.id })
    .execute()
    .catch((error) => {
      if (!isDuplicate(error)) throw error;
      throw new VolvoxError('conflict', `Image ID ${row.id} already exists!`);
    });
  await tx.insertInto('images').values(row).execute();
  await insertTags(tx, row.id, tags);
}

/** @returns false when somebody changed it since it was read. */
export async function updateImage(
  tx: DirectoryTx,
  read: Pick<ImageRow, 'id' | 'version'>,
  changes: Partial<Omit<ImageRow, 'id' | 'version'>>,
): Promise<boolean> {
  const { id, version } = read;
  return (await updateRows(tx, 'images', { id, version }, { ...changes, version: version + 1 })) === 1;
}

/** @returns whether it was there. */
export async function deleteImage(tx: DirectoryTx, id: string): Promise<boolean> {
  const result = await tx.deleteFrom('images').where('id', '=', id).executeTakeFirst();
  await tx.deleteFrom('image_tags').where('image_id', '=', id).execute();
  await tx.deleteFrom('image_members').where('image_id', '=', id).execute();
  return result.numDeletedRows === 1n;
}

/** Tags by image, sorted. */
export async function tagsOf(read: Read, imageIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const tags = new Map<string, string[]>(imageIds.map((id) => [id, []]));
  if (imageIds.length === 0) return tags;
  const rows = await read
    .selectFrom('image_tags')
    .selectAll()
    .where('image_id', 'in', [...imageIds])
    .orderBy('tag')
    .execute();
  for (const row of rows) tags.get(row.image_id)?.push(row.tag);
  return tags;
}

export async function replaceTags(tx: DirectoryTx, imageId: string, tags: readonly string[]): Promise<void> {
  await tx.deleteFrom('image_tags').where('image_id', '=', imageId).execute();
  await insertTags(tx, imageId, tags);
}

async function insertTags(tx: DirectoryTx, imageId: string, tags: readonly string[]): Promise<void> {
  const unique = [...new Set(tags)];
  if (unique.length === 0) return;
  await tx
    .insertInto('image_tags')
    .ignore()
    .values(unique.map((tag) => ({ image_id: imageId, tag })))
    .execute();
}

/** @returns false when the image has `most` others. The lock on the image keeps two additions apart. */
export async function addTag(tx: DirectoryTx, imageId: string, tag: string, most: number): Promise<boolean> {
  await tx.selectFrom('images').select('id').where('id', '=', imageId).forUpdate().execute();
  const others = await tx
    .selectFrom('image_tags')
    .select('tag')
    .where('image_id', '=', imageId)
    .where('tag', '!=', tag)
    .limit(most)
    .execute();
  if (others.length === most) return false;
  await insertTags(tx, imageId, [tag]);
  return true;
}

/** @returns whether it was there. */
export async function removeTag(tx: DirectoryTx, imageId: string, tag: string): Promise<boolean> {
  return (await deleteRows(tx, 'image_tags', { image_id: imageId, tag })) === 1;
}

export const listMembers = (read: Read, imageId: string): Promise<ImageMemberRow[]> =>
  read.selectFrom('image_members').selectAll().where('image_id', '=', imageId).orderBy('member_id').execute();

/** @returns false when it is a member already. */
export async function insertMember(tx: DirectoryTx, row: ImageMemberRow): Promise<boolean> {
  const result = await tx.insertInto('image_members').ignore().values(row).executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function updateMember(tx: DirectoryTx, row: ImageMemberRow): Promise<void> {
  await tx
    .updateTable('image_members')
    .set({ status: row.status, updated_at: row.updated_at })
    .where('image_id', '=', row.image_id)
    .where('member_id', '=', row.member_id)
    .execute();
}

/** @returns whether it was there. */
export async function deleteMember(tx: DirectoryTx, imageId: string, memberId: string): Promise<boolean> {
  return (await deleteRows(tx, 'image_members', { image_id: imageId, member_id: memberId })) === 1;
}

/** Of these ids, those that are images. */
export async function existingImages(read: Read, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await read
    .selectFrom('images')
    .select('id')
    .where('id', 'in', [...ids])
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** Whatever is known of an image; whether a caller may see it is the caller's to ask. */
export async function findImage(read: Read, id: string): Promise<ImageRow | null> {
  const row = await read.selectFrom('images').selectAll().where('id', '=', id).executeTakeFirst();
  return row ?? null;
}

/** Whether an image was offered to a project, which has not rejected it. */
export async function isOfferedTo(read: Read, imageId: string, projectId: string): Promise<boolean> {
  const row = await read
    .selectFrom('image_members')
    .select('member_id')
    .where('image_id', '=', imageId)
    .where('member_id', '=', projectId)
    .where('status', '!=', 'rejected')
    .executeTakeFirst();
  return row !== undefined;
}
