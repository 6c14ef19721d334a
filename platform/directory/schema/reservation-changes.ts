/**
 * A cell was, or is about to be, asked to change the flavor of an instance (resize, confirm, revert): what the instance holds of its
 * project's quota is to be compared with what the cell says, once the cell is at rest with it. One row a request, in the transaction
 * that takes what the request may need; gone with the comparison, or with the instance.
 */
interface ReservationChangesTable {
  instance_uuid: string;
  change_id: string;
  /** Until then the question may be on its way to the cell, ms since the epoch; 0: it was answered. */
  under_way_until: number;
}

export interface ReservationChangeTables {
  hold_changes: ReservationChangesTable;
}
