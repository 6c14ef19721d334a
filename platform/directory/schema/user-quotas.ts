/** A limit of one user inside a project, below the project's own. Only instances, cores and ram are counted by user. */
interface UserQuotasTable {
  project_id: string;
  user_id: string;
  resource: string;
  hard_limit: number;
}

export interface UserQuotaTables {
  user_quotas: UserQuotasTable;
}
