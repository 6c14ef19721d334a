import { type Static, Type } from 'typebox';
import { Count, nullable, Uuid } from './scalars.ts';

/** What is otherwise in the simulated region than in the real one. */
export const SimulatedChange = Type.Object({
  /** The cell that is gone, with its hosts. */
  loseCellId: nullable(Uuid),
  addHosts: nullable(
    Type.Object({
      count: Type.Integer({ minimum: 1, maximum: 10_000 }),
      /** The name of the host that they are like. Null: one of their cell, whatever it is. */
      like: nullable(Type.String()),
      /** Their cell. Null: that of the host that they are like. */
      cellId: nullable(Uuid),
      /** What they have, nothing of it reserved. Absent: as much as the host that they are like. */
      vcpus: Type.Optional(Count),
      ramMb: Type.Optional(Count),
      diskGb: Type.Optional(Count),
    }),
  ),
  /** By name of a weigher. */
  multipliers: Type.Record(Type.String(), Type.Number()),
  /** All servers are placed anew, on empty hosts. False: only those that have no host then. */
  everything: Type.Boolean(),
});
export type SimulatedChange = Static<typeof SimulatedChange>;

/** How a cell stands, before the change or after it. */
const CellState = Type.Object({
  hosts: Count,
  servers: Count,
  /** The share of its servers that the other cells could take if it were lost, 0 to 1. Null: it has none. */
  headroom: nullable(Type.Number({ minimum: 0, maximum: 1 })),
  /** How many servers of each flavor of the report would fit, one flavor alone. */
  free: Type.Array(Count),
});
export type CellState = Static<typeof CellState>;

export const SimulationReport = Type.Object({
  /** How many servers were placed in the simulation. */
  replayed: Count,
  fit: Count,
  /** The commonest flavors of servers, most servers first. */
  flavors: Type.Array(Type.Object({ name: Type.String(), vcpus: Count, ramMb: Count, diskGb: Count, servers: Count })),
  /** `after` is null of a lost cell. */
  cells: Type.Array(Type.Object({ cellName: Type.String(), before: CellState, after: nullable(CellState) })),
  /** Servers that no cell has. */
  unplaced: Type.Object({ before: Count, after: Count }),
  /** Why servers did not fit: what the nearest host of each missed, most servers first. */
  why: Type.Array(Type.Object({ filters: Type.String(), servers: Count, example: Type.String() })),
  /** Cells whose hosts are left out, because they do not answer. */
  silentCells: Type.Array(Type.String()),
});
export type SimulationReport = Static<typeof SimulationReport>;
