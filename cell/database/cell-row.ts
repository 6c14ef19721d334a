import { rowShape, type Shaped, type Writes } from '#platform/database/row-shape.ts';

const FLAGS = [
  ...(['settled', 'was_started', 'present', 'leaving', 'is_behind'] as const),
  ...(['up', 'enabled', 'forced_down', 'host_up', 'host_enabled', 'host_forced_down'] as const),
  ...(['config_drive', 'delete_requested', 'keep_aside', 'moving', 'has_guests', 'has_ports'] as const),
] as const;
/** Columns that are called otherwise than what they are: they keep the name that earlier releases gave them. */
const NAMES = {
  found_power: 'observedPower',
  found_generation: 'observedGeneration',
  found_restarts: 'observedRestarts',
  keep_aside: 'keepQuarantined',
  ordered: 'requested',
} as const;

type Flag = (typeof FLAGS)[number];

/** What the stores of the cell give out of rows of any of its tables: camelCase, flags as booleans. */
export type CellRow<R> = Shaped<R, Flag, typeof NAMES>;
/** What they take to write. */
export type CellWrites<R> = Writes<R, Flag, typeof NAMES>;

const shape = rowShape({ flags: FLAGS, names: NAMES });

export const cellRow = <R extends object>(row: R): CellRow<R> => shape.of(row);
export const cellRows = <R extends object>(rows: readonly R[]): readonly CellRow<R>[] => rows.map(cellRow);
export const cellRowOrNull = <R extends object>(row: R | undefined): CellRow<R> | null =>
  row === undefined ? null : cellRow(row);
/** The member that a column becomes, for statements whose results have these names already. */
export const cellMember = (column: string): string => shape.member(column);
export const cellColumns = <R>(writes: CellWrites<R>): Partial<R> => shape.columns<R>(writes);
