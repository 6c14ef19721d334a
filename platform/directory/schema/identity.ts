import type { JsonColumn } from '../../database/json-column.ts';

export interface ProjectsTable {
  id: string;
  name: string;
  description: string;
  enabled: number;
  created_at: string;
  /** JSON of the attributes that a client added. */
  extra: JsonColumn;
  /** JSON of a list of texts. */
  tags: JsonColumn;
}

export interface UsersTable {
  id: string;
  name: string;
  description: string;
  email: string | null;
  enabled: number;
  /** Text of `password-hash.ts` with the parameters in it; null: nobody can log in with a password. */
  password_hash: string | null;
  default_project_id: string | null;
  /** Tokens issued before this moment (ms since the epoch) are void: raised when the password changes or the user is disabled. */
  tokens_not_before: number;
  created_at: string;
  /** JSON of the attributes that a client added. */
  extra: JsonColumn;
}

export interface RolesTable {
  id: string;
  name: string;
  description: string;
}

export interface RoleAssignmentsTable {
  user_id: string;
  target_type: 'project' | 'domain';
  target_id: string;
  role_id: string;
}

export interface ApplicationCredentialsTable {
  id: string;
  name: string;
  description: string;
  user_id: string;
  project_id: string;
  secret_hash: string;
  /** JSON of role ids. */
  role_ids: JsonColumn;
  unrestricted: number;
  expires_at: string | null;
  created_at: string;
}

/** Revoked audit ids, kept until every token that carries one has expired. */
interface TokenRevocationsTable {
  audit_id: string;
  /** Ms since the epoch. */
  expires_at: number;
}

/** Tokens of the project (of the user in it; of every user: '') that were issued before the moment are void. */
interface TokenCutoffsTable {
  user_id: string;
  project_id: string;
  /** Ms since the epoch. */
  not_before: number;
}

/** One row. Raised with every change that can make a valid token say something else; processes compare it each second. */
interface IdentityRevisionTable {
  id: number;
  revision: number;
}

export interface IdentityTables {
  projects: ProjectsTable;
  users: UsersTable;
  roles: RolesTable;
  role_assignments: RoleAssignmentsTable;
  application_credentials: ApplicationCredentialsTable;
  token_revocations: TokenRevocationsTable;
  token_cutoffs: TokenCutoffsTable;
  identity_revision: IdentityRevisionTable;
}
