import { rowShape, type Shaped, type Writes } from '#platform/database/row-shape.ts';

const FLAGS = [
  ...(['settled', 'was_started', 'present', 'leaving', 'is_behind'] as const),
  ...([
    'up',
    'enabled',
    'enforces_groups',
    'tags_frames',
    'forced_down',
    'host_up',
    'host_answers',
    'host_enabled',
    'host_forced_down',
  ] as const),
  ...(['config_drive', 'delete_requested', 'keep_aside', 'moving', 'has_guests', 'has_ports', 'hidden'] as const),
] as const;
/** Columns that keep the name of an earlier release, with the name that the code uses. */
const NAMES = {
  found_power: 'observedPower',
  found_generation: 'observedGeneration',
  found_restarts: 'observedRestarts',
  keep_aside: 'keepQuarantined',
  ordered: 'requested',
} as const;

type Flag = (typeof FLAGS)[number];

/** A row of any table of the cell as the stores return it: members in camelCase, flags as booleans. */
export type CellRow<R> = Shaped<R, Flag, typeof NAMES>;
/** The same members, as the stores take them to write. */
export type CellWrites<R> = Writes<R, Flag, typeof NAMES>;

const shape = rowShape({ flags: FLAGS, names: NAMES });

export const cellRow = <R extends object>(row: R): CellRow<R> => shape.of(row);
export const cellRows = <R extends object>(rows: readonly R[]): readonly CellRow<R>[] => rows.map(cellRow);
export const cellRowOrNull = <R extends object>(row: R | undefined): CellRow<R> | null =>
  row === undefined ? null : cellRow(row);
export const cellColumns = <R>(writes: CellWrites<R>): Partial<R> => shape.columns<R>(writes);
