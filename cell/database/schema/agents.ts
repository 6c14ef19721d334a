/** A process that drives hosts, or a conductor. `up` turns 0 when its heartbeat is too old, and 1 again when it announces itself. */
export interface AgentsTable {
  id: string;
  kind: 'compute' | 'network' | 'conductor';
  /** Where its contract is served; for a conductor the machine it runs on. */
  url: string;
  release: string;
  started_at: string;
  last_seen_at: number;
  up: number;
}

export interface AgentTables {
  agents: AgentsTable;
}
