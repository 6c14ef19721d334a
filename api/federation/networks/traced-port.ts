import type { GroupRule } from '#platform/objects/definitions.ts';

/** A rule of a security group, by its id. */
export interface TracedRule extends GroupRule {
  readonly id: string;
  readonly groupId: string;
}

/** A port on the way, as it is declared and as its host reports it. */
export interface TracedPort {
  readonly id: string;
  readonly networkId: string;
  readonly adminStateUp: boolean;
  readonly portSecurity: boolean;
  readonly addresses: readonly string[];
  readonly rules: readonly TracedRule[];
  /** null: no server uses it. */
  readonly seat: Seat | null;
}

/** Where a port is plugged. */
export interface Seat {
  readonly cell: string;
  /** null: the cell does not answer, or has no host for it yet. */
  readonly host: SeatOnHost | null;
  /** Definitions that the port needs are on their way to the cell. */
  readonly isChanging: boolean;
}

interface SeatOnHost {
  readonly name: string;
  /** Its network agent answers. */
  readonly up: boolean;
  readonly enforcesGroups: boolean;
  /** The agent has built what the port needs. */
  readonly settled: boolean;
  readonly error: string | null;
}
