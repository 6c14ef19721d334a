/** A project's own limit; -1: none. Without a row the class `default`, then the built-in default holds. */
interface QuotasTable {
  project_id: string;
  resource: string;
  hard_limit: number;
}
interface QuotaClassesTable {
  class_name: string;
  resource: string;
  hard_limit: number;
}
/** Exact usage, changed in the same transaction as what it counts. */
interface QuotaUsagesTable {
  project_id: string;
  resource: string;
  in_use: number;
}
export interface QuotaTables {
  quotas: QuotasTable;
  quota_classes: QuotaClassesTable;
  quota_usages: QuotaUsagesTable;
}
