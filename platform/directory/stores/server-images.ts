import type { Reader } from '../../database/database.ts';
import { moment, recordTable } from '../../database/record-table.ts';
import type { DirectoryTx } from '../directory.ts';
import type { ServerImageTables } from '../schema/server-images.ts';
import type { DirectoryTables } from '../tables.ts';
import { deleteImage, findImage, type ImageRecord } from './images.ts';

type Read = Reader<DirectoryTables>;
type Table = ServerImageTables['server_images'];

/** See schema/server-images.ts for what the members mean. */
export interface ServerImage {
  readonly imageId: string;
  readonly instanceUuid: string;
  readonly kind: Table['kind'];
  readonly rotation: number | null;
  readonly createdAt: string;
}

const SERVER_IMAGES = recordTable<ServerImage, Table>('server_images')({
  imageId: 'image_id',
  instanceUuid: 'instance_uuid',
  kind: 'kind',
  rotation: 'rotation',
  createdAt: moment('created_at'),
});

/** How many images of one server are read at once. */
const MAX_READ = 1_000;

export async function insertServerImage(tx: DirectoryTx, image: ServerImage): Promise<void> {
  await tx.insertInto('server_images').values(SERVER_IMAGES.toRow(image)).execute();
}

/** null: the image was not made for this server. */
export async function findServerImage(read: Read, imageId: string, instanceUuid: string): Promise<ServerImage | null> {
  const row = await read
    .selectFrom('server_images')
    .selectAll()
    .where('image_id', '=', imageId)
    .where('instance_uuid', '=', instanceUuid)
    .executeTakeFirst();
  return row === undefined ? null : SERVER_IMAGES.fromRow(row);
}

/** Newest first; of images that are gone too. */
export async function imagesOfServer(
  read: Read,
  instanceUuid: string,
  kind: ServerImage['kind'],
): Promise<readonly ServerImage[]> {
  const rows = await read
    .selectFrom('server_images')
    .selectAll()
    .where('instance_uuid', '=', instanceUuid)
    .where('kind', '=', kind)
    .orderBy('created_at', 'desc')
    .orderBy('image_id', 'desc')
    .limit(MAX_READ)
    .execute();
  return rows.map(SERVER_IMAGES.fromRow);
}

/**
 * Deletes an image that was made for a server, unless `isToGo` says otherwise or its owner has protected it. Its bytes go later
 * (`orphanedBytes`). Repeating it changes nothing.
 */
export async function deleteServerImage(
  tx: DirectoryTx,
  imageId: string,
  isToGo: (image: ImageRecord) => boolean = () => true,
): Promise<void> {
  const image = await findImage(tx, imageId);
  if (image !== null && (image.isProtected || !isToGo(image))) return;
  await deleteImage(tx, imageId);
}
