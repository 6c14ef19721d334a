import type { Logger } from '#platform/logging/logger.ts';
import type { Breakage } from '../breakages/breakage.ts';
import type { Faults } from '../kernel/faults.ts';
import type { Kernel, Life } from '../kernel/kernel.ts';
import type { SqlServer } from '../store/sql-server.ts';
import type { Network } from '../transport/network.ts';
import type { Wakes } from '../transport/wakes.ts';
import type { PhysicalHosts } from './physical-hosts.ts';

export interface SimulatedCell {
  readonly id: string;
  readonly name: string;
  readonly sql: SqlServer;
  readonly hostNames: readonly string[];
  /** How many conductors serve it. */
  readonly conductors: number;
  readonly times: CellTimes;
}

/** What the cell does by itself after so many seconds; see `conductor.*` in the configuration. */
interface CellTimes {
  readonly shelvedOffloadSeconds: number;
  readonly reclaimInstanceSeconds: number;
  readonly resizeConfirmSeconds: number;
}

/** What all processes of one history stand on. */
export interface World {
  readonly kernel: Kernel;
  readonly faults: Faults;
  readonly network: Network;
  readonly globalWakes: Wakes;
  readonly directory: SqlServer;
  readonly cells: readonly SimulatedCell[];
  readonly hosts: PhysicalHosts;
  readonly breakage: Breakage | null;
  /** Ends all guests of a host and its agent, which starts again some time later. */
  powerOff(hostName: string): void;
  /** Names of hosts that an operator declared dead without fencing them. */
  readonly declaredTooSoon: Set<string>;
  logOf(life: Life): Logger;
  /** For a history that is replayed. */
  tell(line: string): void;
  /** Something that is worth knowing, and no violation. */
  count(what: string): void;
  /** Something that must never be. */
  violated(what: string): void;
}
