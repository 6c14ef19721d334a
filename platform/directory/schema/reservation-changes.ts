/**
 * A cell was, or is about to be, asked to change the flavor of an instance (resize, confirm, revert). Once the instance is idle there, its
 * quota reservation is compared with what the cell says. One row a request, written in the transaction that reserves what the request
 * may need, and deleted with that comparison or with the instance.
 */
interface ReservationChangesTable {
  instance_uuid: string;
  change_id: string;
  /** Until then the request may still arrive at the cell, ms since the epoch; 0: it was answered. */
  under_way_until: number;
}

export interface ReservationChangeTables {
  hold_changes: ReservationChangesTable;
}
