import type { JsonColumn } from '../../database/json-column.ts';

/** What is known about images; the bytes are in the image store. */
export interface ImagesTable {
  id: string;
  project_id: string;
  name: string | null;
  /** queued: no bytes yet. saving: an upload is in progress (until `upload_expires_at`). active: usable. */
  status: 'queued' | 'saving' | 'active' | 'deactivated';
  visibility: 'private' | 'public' | 'shared' | 'community';
  disk_format: string | null;
  container_format: string | null;
  min_disk_gb: number;
  min_ram_mb: number;
  is_protected: number;
  is_hidden: number;
  size_bytes: number | null;
  virtual_size_bytes: number | null;
  md5: string | null;
  sha256: string | null;
  /** JSON of what the bytes must hash to, hex by algorithm (md5, sha256, sha512); an upload that differs is refused. */
  expected_hashes: JsonColumn;
  /** JSON of the other properties, text by name. */
  properties: JsonColumn;
  /** The upload in progress. */
  upload_id: string | null;
  /** The upload whose bytes count, once the image is active. null: they are stored under the id of the image. */
  blob_id: string | null;
  /** Ms since the epoch; an upload whose process died is over then, and another may begin. */
  upload_expires_at: number;
  /** Of the project's quota, by the upload in progress. */
  reserved_bytes: number;
  created_at: string;
  updated_at: string;
  version: number;
}

interface ImageTagsTable {
  image_id: string;
  tag: string;
}

/** Projects that a shared image is offered to; it shows in their lists once they accepted it. */
export interface ImageMembersTable {
  image_id: string;
  member_id: string;
  status: 'pending' | 'accepted' | 'rejected';
  created_at: string;
  updated_at: string;
}

/** Every id that an image has or had. */
interface ImageIdsTable {
  id: string;
}

export interface ImageTables {
  images: ImagesTable;
  image_ids: ImageIdsTable;
  image_tags: ImageTagsTable;
  image_members: ImageMembersTable;
}
