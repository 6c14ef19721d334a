import type { ConsoleType } from '../../objects/console.ts';

/** Times in ms since the epoch. */
interface ConsoleTokensTable {
  /** SHA-256 of the token, hex; the token itself is stored nowhere. */
  token_hash: string;
  instance_uuid: string;
  cell_id: string;
  epoch: number;
  guest_id: string;
  /** The name of the guest's host. */
  host: string;
  type: ConsoleType;
  /** Of the server. */
  project_id: string;
  /** Who asked for the token, and in which project. */
  user_id: string;
  user_project_id: string;
  created_at: number;
  expires_at: number;
}

export interface ConsoleTokenTables {
  console_tokens: ConsoleTokensTable;
}
