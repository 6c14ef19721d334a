/** A key of an agent. `hosts`: JSON list of the names of its hosts; a name that ends in `*` stands for all that begin like it. */
export interface AgentKeysTable {
  agent_id: string;
  /** SHA-256 of the secret, hex. */
  key_hash: string;
  kind: 'compute' | 'network';
  hosts: string;
  created_at: number;
  /** When it was first used; earlier keys of the agent ended then. */
  used_at: number | null;
}

/** A one-time token that gives one agent of each kind a key. It stays until it expires, so that `join` may be repeated. */
export interface JoinTokensTable {
  /** SHA-256 of the token, hex. */
  token_hash: string;
  hosts: string;
  expires_at: number;
  /** Who spent it. */
  compute_agent_id: string | null;
  network_agent_id: string | null;
}

/** An Ed25519 pair of the cell, DER in base64: signs disk tickets and the conductor's calls of agents. */
export interface SigningKeysTable {
  id: string;
  private_key: string;
  public_key: string;
  created_at: number;
}

/** An agent that ever had a key of its own. It never goes back to a key that several share, also when it has no key any more. */
export interface EnrolledAgentsTable {
  agent_id: string;
  kind: 'compute' | 'network';
  enrolled_at: number;
}

/** A host whose agent of this kind ever had a key of its own, or whose agents were revoked. `name` may end in `*`. */
export interface EnrolledHostsTable {
  kind: 'compute' | 'network';
  name: string;
  enrolled_at: number;
}

export interface AgentKeyTables {
  enrolled_agents: EnrolledAgentsTable;
  enrolled_hosts: EnrolledHostsTable;
  agent_keys: AgentKeysTable;
  join_tokens: JoinTokensTable;
  signing_keys: SigningKeysTable;
}
