import { type Static, Type } from 'typebox';
import { Count, nullable, Timestamp } from './scalars.ts';

/** Why hosts were refused: counted by filter, reason and cell. Only the first filter that refuses a host is counted. */
export const Refusal = Type.Object({
  filter: Type.String(),
  reason: Type.String(),
  cellName: Type.String(),
  hosts: Count,
});
export type Refusal = Static<typeof Refusal>;

/** One thing because of which a host does not fit: the reason, or what is too little: `512 MB of RAM too few`. */
export const Miss = Type.Object({
  filter: Type.String(),
  reason: Type.String(),
  /** How much is too little, in the unit of the filter's resource (VCPUs, MiB, GiB). Absent: the filter compares no amounts. */
  tooFew: Type.Optional(Count),
});
export type Miss = Static<typeof Miss>;

/** A host that would fit if all of this were otherwise. */
export const NearMiss = Type.Object({ cellName: Type.String(), hostName: Type.String(), misses: Type.Array(Miss) });
export type NearMiss = Static<typeof NearMiss>;

/**
 * What is kept of the last decision about a server: where it went and why, or why nowhere. For operators, since it names cells and hosts. Lists are
 * shortened, so that a record has some kilobytes at most, in a region of any size.
 */
export const DecisionRecord = Type.Object({
  decidedAt: Timestamp,
  /** The host that the scheduler chose, with the alternates that its cell was given. The cell may have used one of these. Null: none was found. */
  chosen: nullable(
    Type.Object({ cellName: Type.String(), hostName: Type.String(), alternates: Type.Array(Type.String()) }),
  ),
  hostsConsidered: Count,
  hostsPassed: Count,
  /** All refused hosts, by the first filter that refused them. */
  byFilter: Type.Array(Type.Object({ filter: Type.String(), hosts: Count })),
  /** The cells with the most refused hosts. */
  byCell: Type.Array(Type.Object({ cellName: Type.String(), hosts: Count })),
  /** The most frequent refusals. */
  refusals: Type.Array(Refusal),
  /** The three hosts that missed least. Of a server that was placed: none. */
  nearest: Type.Array(NearMiss),
  /** Cells that were asked and did not take the server. */
  refusedByCells: Type.Array(Type.Object({ cellName: Type.String(), reason: Type.String() })),
  silentCells: Type.Array(Type.String()),
});
export type DecisionRecord = Static<typeof DecisionRecord>;
