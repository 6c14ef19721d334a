/** An image that the API has made for a server, whose host uploads its bytes. The row goes with the image. */
interface ServerImagesTable {
  image_id: string;
  instance_uuid: string;
  /** shelve: the server is built from it when it is unshelved. */
  kind: 'snapshot' | 'backup' | 'shelve';
  /** Of a backup: how many of its type stay when it has its bytes. */
  rotation: number | null;
  created_at: string;
}

export interface ServerImageTables {
  server_images: ServerImagesTable;
}
