import type { Generated } from 'kysely';

/** A user's public keys. The private half is never stored. `id` is shown by the API and means nothing else. */
export interface KeyPairsTable {
  id: Generated<number>;
  user_id: string;
  name: string;
  type: string;
  fingerprint: string;
  public_key: string;
  created_at: string;
}

export interface KeyPairTables {
  key_pairs: KeyPairsTable;
}
