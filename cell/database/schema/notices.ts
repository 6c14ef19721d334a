/** Something that the global tier has to learn; the row is deleted when the global tier acknowledges it. */
export interface NoticesTable {
  id: string;
  kind: 'instance-deleted' | 'build-failed' | 'homes-asked' | 'image-saved' | 'image-unneeded' | 'resize-ended';
  instance_uuid: string;
  epoch: number;
  fault: string | null;
  /** The image that it is about. */
  image_id: string | null;
  created_at: string;
}

export interface NoticeTables {
  notices: NoticesTable;
}
