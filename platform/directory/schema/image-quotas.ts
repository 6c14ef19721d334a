/** A project's own limit of images; without a row the default of the configuration holds. */
interface ImageQuotasTable {
  project_id: string;
  resource: 'image_count_total' | 'image_size_total' | 'image_count_uploading';
  /** -1: no limit. */
  hard_limit: number;
}

export interface ImageQuotaTables {
  image_quotas: ImageQuotasTable;
}
