import type { HostTable } from './host-table.ts';
import type { HostView } from './host-view.ts';

/** The input of a decision: the hosts of every cell, as last reported, plus the scheduler's decisions since then. */
export interface Snapshot {
  readonly table: HostTable<HostView>;
  /** The cells that do not answer, id → name; their hosts are left out. */
  readonly silentCells: ReadonlyMap<string, string>;
}
