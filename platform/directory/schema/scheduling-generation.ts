/** One row, from the first change on. Raised in the transaction of every change that the scheduler has to know of. */
interface SchedulingGenerationTable {
  id: number;
  generation: number;
}

export interface SchedulingGenerationTables {
  scheduling_generation: SchedulingGenerationTable;
}
