/** An agent, or a conductor. `up` becomes 0 when its heartbeat is too old, and 1 again when it announces itself. */
export interface AgentsTable {
  id: string;
  kind: 'compute' | 'network' | 'conductor';
  /** The URL of its contract; for a conductor the name of its machine. */
  url: string;
  release: string;
  started_at: string;
  last_seen_at: number;
  up: number;
}

export interface AgentTables {
  agents: AgentsTable;
}
