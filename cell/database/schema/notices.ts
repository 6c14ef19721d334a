/** What the global tier has to learn; a row is deleted when it is acknowledged. */
export interface NoticesTable {
  id: string;
  kind: 'instance-deleted' | 'build-failed' | 'homes-asked';
  instance_uuid: string;
  epoch: number;
  fault: string | null;
  created_at: string;
}

export interface NoticeTables {
  notices: NoticesTable;
}
