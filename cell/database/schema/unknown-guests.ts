/** A guest that an agent observed on one of its hosts and that has no row in `guests`. It may be somebody's, so Volvox never removes it. */
export interface UnknownGuestsTable {
  guest_id: string;
  agent_id: string;
  /** The name of the host. */
  host: string;
  power: string;
  /** When the agent last reported it, ms since the epoch. */
  seen_at: number;
}

export interface UnknownGuestTables {
  unknown_guests: UnknownGuestsTable;
}
