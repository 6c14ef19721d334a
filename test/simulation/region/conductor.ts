import { agentContract } from '#platform/contracts/agent.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { agentApi } from '../../../cell/conductor/agents/agent-api.ts';
import { AgentKeys } from '../../../cell/conductor/agents/agent-keys.ts';
import { AgentWaker } from '../../../cell/conductor/agents/agent-waker.ts';
import type { ComputeClients } from '../../../cell/conductor/agents/compute-clients.ts';
import { door } from '../../../cell/conductor/door/door.ts';
import { HostFeed } from '../../../cell/conductor/host-feed.ts';
import { Notifier } from '../../../cell/conductor/notifier.ts';
import { CELL_OPERATIONS } from '../../../cell/conductor/operations/index.ts';
import type { CellEngine, CellParts, ConductorParts } from '../../../cell/conductor/parts.ts';
import { reconcilers } from '../../../cell/conductor/reconcilers/index.ts';
import { unavailableWithoutDatabase } from '../../../cell/conductor/when-database-is-away.ts';
import type { CellTables } from '../../../cell/database/tables.ts';
import type { Life } from '../kernel/kernel.ts';
import { openSimulatedDatabase } from '../store/simulated-database.ts';
import type { Wakes } from '../transport/wakes.ts';
import { doorOf } from './super-conductor.ts';
import type { SimulatedCell, World } from './world.ts';

/** Slower than in production, so that a virtual minute costs little. */
const HEARTBEAT_MS = 4_000;
const REAP_EVERY_MS = 2_000;
const SETTINGS = {
  buildTimeoutMs: 60_000,
  buildTrialAfterMs: 60_000,
  gracefulStopMs: 1_000,
  buildAnswerMs: 600_000,
  defaultZone: 'nova',
  vendorDataFile: '',
  keepDeletedDays: 90,
  hideAfterMs: 3_000,
  outOfTouchMs: 15_000,
};

export const agentApiOf = (cellName: string, at: number): string => `agent API of ${cellName} ${at}`;

/** cell/conductor/service.ts over the simulated store and transport. */
export function simulatedConductor(
  world: World,
  life: Life,
  cell: SimulatedCell,
  at: number,
  wakes: Wakes,
): readonly Service[] {
  const { kernel, network, breakage } = world;
  const { clock } = kernel;
  const log = world.logOf(life);
  const database = openSimulatedDatabase<CellTables>(cell.sql, life, kernel, world.faults);
  const waker = wakes.waker(life);
  const cellParts: CellParts = {
    database,
    settings: { ...SETTINGS, ...cell.times },
    agents: new AgentWaker(waker),
    // Nobody watches hosts here; the simulated scheduler looks by itself.
    hosts: new HostFeed(database, log, clock),
    notices: new Notifier(clock),
    moves: new Notifier(clock),
    diskTicket: async () => 'ticket',
    clock,
  };
  const store = createSqlOperationStore(database);
  const engine: CellEngine = new OperationEngine({
    store: breakage?.store?.(store) ?? store,
    definitions: breakage?.operations?.(CELL_OPERATIONS) ?? CELL_OPERATIONS,
    deps: cellParts,
    log,
    workerId: life.name,
    clock,
    random: () => kernel.random.next(),
    reapEveryMs: REAP_EVERY_MS,
  });
  const parts: ConductorParts = {
    ...cellParts,
    cell: { id: cell.id, name: cell.name, release: 'simulated' },
    engine,
    waker: waker as ConductorParts['waker'],
    computes: undefined as unknown as ComputeClients,
    agentKeys: new AgentKeys(database, clock),
    agentUsers: { compare: async () => undefined },
    certificates: { issue: noCertificates, fingerprint: null },
    signing: { publicKeys: async () => [], rotate: async () => undefined },
    sightings: { note: ({ message }) => world.violated(message) },
    agentTimes: { heartbeatMs: HEARTBEAT_MS, downAfterMs: 3 * HEARTBEAT_MS },
    ratios: { vcpus: 4, ramMb: 1, diskGb: 1 },
    log,
  };
  const open: Service = {
    name: 'door',
    start: async () => {
      network.serve(life, doorOf(cell.name), doorContract, unavailableWithoutDatabase(door(parts)));
      network.serve(life, agentApiOf(cell.name, at), agentContract, unavailableWithoutDatabase(agentApi(parts)));
    },
    drain: async () => undefined,
    stop: async () => undefined,
  };
  const address = `${cell.name}:${at}`;
  return [engine, open, ...reconcilers(parts, address).map((reconciler) => reconcilerService(reconciler, log, clock))];
}

function noCertificates(): never {
  throw new Error('no agent of a simulation has a certificate');
}
