/** The doors of all cells. They live in platform/, because scheduler and super-conductor use them too. */
export { type CellDoor, CellDoors, type DoorClient } from '#platform/directory/cell-doors.ts';
