/** The doors of all cells. They are the platform's, because scheduler and super-conductor go through the same ones. */
export { type CellDoor, CellDoors, type DoorClient } from '#platform/directory/cell-doors.ts';
