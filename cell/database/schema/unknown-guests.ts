/** A guest that an agent found on one of its hosts and that has no row in `guests`. Never removed by itself: nobody knows whose it is. */
export interface UnknownGuestsTable {
  guest_id: string;
  agent_id: string;
  /** The name of the host. */
  host: string;
  power: string;
  /** When the agent last said so, ms since the epoch. */
  seen_at: number;
}

export interface UnknownGuestTables {
  unknown_guests: UnknownGuestsTable;
}
