import { type RawBuilder, sql } from 'kysely';
import { readTogether } from '../../batching/read-together.ts';
import type { Reader } from '../../database/database.ts';
import { exactly } from '../../database/exact-text.ts';
import { sqlTime } from '../../database/json-column.ts';
import { flag, json, moment, recordTable } from '../../database/record-table.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { deleteRows, updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { ImageMembersTable, ImagesTable } from '../schema/images.ts';
import type { DirectoryTables } from '../tables.ts';
import { type Listing, listRecords } from './listing.ts';

type Read = Reader<DirectoryTables>;

/** See schema/images.ts for what the members mean. */
export interface ImageRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string | null;
  readonly status: ImagesTable['status'];
  readonly visibility: ImagesTable['visibility'];
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
  readonly minDiskGb: number;
  readonly minRamMb: number;
  readonly isProtected: boolean;
  readonly isHidden: boolean;
  readonly sizeBytes: number | null;
  readonly virtualSizeBytes: number | null;
  readonly md5: string | null;
  readonly sha256: string | null;
  /** Hex by algorithm. */
  readonly expectedHashes: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  readonly uploadId: string | null;
  readonly blobId: string | null;
  readonly uploadExpiresAt: number;
  readonly reservedBytes: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
}
/** A project that an image is shared with. */
export interface ImageMember {
  readonly imageId: string;
  readonly memberId: string;
  readonly status: ImageMembersTable['status'];
  readonly createdAt: string;
  readonly updatedAt: string;
}

const IMAGES = recordTable<ImageRecord, ImagesTable>('images')({
  id: 'id',
  projectId: 'project_id',
  name: 'name',
  status: 'status',
  visibility: 'visibility',
  diskFormat: 'disk_format',
  containerFormat: 'container_format',
  minDiskGb: 'min_disk_gb',
  minRamMb: 'min_ram_mb',
  isProtected: flag('is_protected'),
  isHidden: flag('is_hidden'),
  sizeBytes: 'size_bytes',
  virtualSizeBytes: 'virtual_size_bytes',
  md5: 'md5',
  sha256: 'sha256',
  expectedHashes: json('expected_hashes'),
  properties: json('properties'),
  uploadId: 'upload_id',
  blobId: 'blob_id',
  uploadExpiresAt: 'upload_expires_at',
  reservedBytes: 'reserved_bytes',
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  version: 'version',
});
const MEMBERS = recordTable<ImageMember, ImageMembersTable>('image_members')({
  imageId: 'image_id',
  memberId: 'member_id',
  status: 'status',
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
});

export interface ImageViewer {
  readonly projectId: string;
  readonly isAdmin: boolean;
}

export interface ImageListing extends Listing<keyof ImageRecord> {
  /** Absent: public ones, the viewer's own, and shared ones that its project accepted. */
  readonly visibility?: ImageRecord['visibility'] | 'all' | undefined;
  readonly memberStatus?: ImageMember['status'] | 'all' | undefined;
  /** Images that have all of these. */
  readonly tags?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
  readonly sizeMin?: number | undefined;
  readonly sizeMax?: number | undefined;
  /** ISO 8601. */
  readonly updatedSince?: string | undefined;
}

export function listImages(read: Read, viewer: ImageViewer, listing: ImageListing): Promise<readonly ImageRecord[]> {
  const conditions = [visibleInLists(viewer, listing)];
  const tags = [...new Set(listing.tags)];
  if (tags.length > 0) conditions.push(hasAllTags(tags));
  for (const [name, value] of Object.entries(listing.properties ?? {})) {
    conditions.push(
      sql`${exactly(sql`JSON_UNQUOTE(JSON_EXTRACT(properties, ${`$.${JSON.stringify(name)}`}))`)} = ${value}`,
    );
  }
  if (listing.sizeMin !== undefined) conditions.push(sql`size_bytes >= ${listing.sizeMin}`);
  if (listing.sizeMax !== undefined) conditions.push(sql`size_bytes <= ${listing.sizeMax}`);
  if (listing.updatedSince !== undefined) conditions.push(sql`updated_at >= ${sqlTime(listing.updatedSince)}`);
  return listRecords(read, IMAGES, listing, conditions);
}

/** One subquery for all of them: a statement has a bound on the tables that it reads. */
const hasAllTags = (tags: readonly string[]): RawBuilder<unknown> => sql`id IN (
  SELECT image_id FROM image_tags WHERE tag IN (${sql.join(tags)}) GROUP BY image_id HAVING COUNT(*) = ${tags.length}
)`;

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
export async function getImage(read: Read, viewer: ImageViewer, id: string): Promise<ImageRecord> {
  const image = await findImage(read, id);
  if (image === null || !(await isVisible(read, viewer, image))) {
    throw new VolvoxError('not-found', `Failed to find image ${id}`);
  }
  return image;
}

async function isVisible(read: Read, viewer: ImageViewer, image: ImageRecord): Promise<boolean> {
  if (viewer.isAdmin || image.projectId === viewer.projectId) return true;
  if (image.visibility === 'public' || image.visibility === 'community') return true;
  if (image.visibility === 'private') return false;
  const members = await listMembers(read, image.id);
  return members.some((member) => member.memberId === viewer.projectId);
}

/** @throws VolvoxError conflict when an image has or had this id. */
export async function insertImage(tx: DirectoryTx, image: ImageRecord, tags: readonly string[]): Promise<void> {
  await tx
    .insertInto('image_ids')
    .values({ id: image.id })
    .execute()
    .catch((error) => {
      if (!isDuplicate(error)) throw error;
      throw new VolvoxError('conflict', `Image ID ${image.id} already exists!`);
    });
  await tx.insertInto('images').values(IMAGES.toRow(image)).execute();
  await insertTags(tx, image.id, tags);
}

/** @returns false when somebody changed it since it was read. */
export async function updateImage(
  tx: DirectoryTx,
  read: Pick<ImageRecord, 'id' | 'version'>,
  changes: Partial<Omit<ImageRecord, 'id' | 'version'>>,
): Promise<boolean> {
  const { id, version } = read;
  return (
    (await updateRows(tx, 'images', { id, version }, IMAGES.toColumns({ ...changes, version: version + 1 }))) === 1
  );
}

/** @returns where its bytes are, to be removed after the commit; null: it was not there. */
export async function deleteImage(tx: DirectoryTx, id: string): Promise<Pick<ImageRecord, 'blobId'> | null> {
  const image = await tx.selectFrom('images').select('blob_id').where('id', '=', id).forUpdate().executeTakeFirst();
  await deleteRows(tx, 'images', { id });
  await tx.deleteFrom('image_tags').where('image_id', '=', id).execute();
  await tx.deleteFrom('image_members').where('image_id', '=', id).execute();
  await tx.deleteFrom('server_images').where('image_id', '=', id).execute();
  return image === undefined ? null : { blobId: image.blob_id };
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

export async function listMembers(read: Read, imageId: string): Promise<readonly ImageMember[]> {
  const query = read.selectFrom('image_members').selectAll().where('image_id', '=', imageId).orderBy('member_id');
  return (await query.execute()).map(MEMBERS.fromRow);
}

/**
 * The lock on the image keeps two additions apart. @returns false when it is a member already.
 * @throws VolvoxError too-large when the image has `most` members.
 */
export async function insertMember(tx: DirectoryTx, member: ImageMember, most: number): Promise<boolean> {
  await tx.selectFrom('images').select('id').where('id', '=', member.imageId).forUpdate().execute();
  const members = await listMembers(tx, member.imageId);
  if (members.length >= most && !members.some(({ memberId }) => memberId === member.memberId)) {
    throw new VolvoxError(
      'too-large',
      `The limit has been exceeded on the number of allowed image members for this image. Attempted: ${members.length + 1}, Maximum: ${most}`,
    );
  }
  const result = await tx.insertInto('image_members').ignore().values(MEMBERS.toRow(member)).executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function updateMember(tx: DirectoryTx, member: ImageMember): Promise<void> {
  const { imageId, memberId, status, updatedAt } = member;
  const where = MEMBERS.toColumns({ imageId, memberId });
  await updateRows(tx, 'image_members', where, MEMBERS.toColumns({ status, updatedAt }));
}

/** @returns whether it was there. */
export async function deleteMember(tx: DirectoryTx, imageId: string, memberId: string): Promise<boolean> {
  return (await deleteRows(tx, 'image_members', { image_id: imageId, member_id: memberId })) === 1;
}

/** Of these ids, those that are images, with the uploads that they name. */
export async function uploadsOfImages(
  read: Read,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Pick<ImageRecord, 'uploadId' | 'blobId'>>> {
  if (ids.length === 0) return new Map();
  const rows = await read
    .selectFrom('images')
    .select(['id', 'upload_id', 'blob_id'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, { uploadId: row.upload_id, blobId: row.blob_id }]));
}

/**
 * Whatever is known of an image; whether a caller may see it is the caller's to ask. Null: there is none. Those who ask at the same moment share
 * a statement.
 */
export const findImage = readTogether(
  async (read: Read, ids: readonly string[]): Promise<readonly (ImageRecord | null)[]> => {
    const found = await findImages(read, ids);
    return ids.map((id) => found.get(id) ?? null);
  },
);

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

/** Those that there are of these, by id. */
export async function findImages(read: Read, ids: readonly string[]): Promise<ReadonlyMap<string, ImageRecord>> {
  const rows = await read
    .selectFrom('images')
    .selectAll()
    .where('id', 'in', ['', ...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, IMAGES.fromRow(row)]));
}
