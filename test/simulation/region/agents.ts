import { agentContract } from '#platform/contracts/agent.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { createAgent } from '../../../cell/agent/agent.ts';
import { type Conductor, conductorOf } from '../../../cell/agent/conductor.ts';
import { createFirstWord } from '../../../cell/compute/first-word.ts';
import { guestSubject } from '../../../cell/compute/guest-subject.ts';
import { NO_BINDING_FILES } from '../../../cell/network/binding-files.ts';
import { createBindingSubject } from '../../../cell/network/binding-subject.ts';
import type { NetworkDriver } from '../../../cell/network/drivers/driver.ts';
import { HostKeeper } from '../../../cell/network/host-keeper.ts';
import type { Life } from '../kernel/kernel.ts';
import type { Wakes } from '../transport/wakes.ts';
import { agentApiOf } from './conductor.ts';
import { AGENT_KEY_HASH } from './seed.ts';
import { simulatedDriver } from './simulated-driver.ts';
import type { SimulatedCell, World } from './world.ts';

/** Longer than any conductor is away here: a host that boots does not start what was evacuated from it. */
const FIRST_WORD_MS = 300_000;
/** The queue is the simulated one. */
const NO_REDIS = () => null;

function desks(world: World, life: Life, cell: SimulatedCell, agentId: string): Conductor {
  const addresses = Array.from({ length: cell.conductors }, (_, at) => agentApiOf(cell.name, at));
  return conductorOf(
    addresses.map((address) =>
      world.network.client(life, address, agentContract, { id: agentId, keyHash: AGENT_KEY_HASH }),
    ),
  );
}

/** cell/compute/service.ts over the simulated hosts and transport: the agent of one host. */
export function simulatedCompute(
  world: World,
  life: Life,
  cell: SimulatedCell,
  host: { readonly name: string; readonly agentId: string },
  wakes: Wakes,
): readonly Service[] {
  const { kernel, faults, hosts } = world;
  const log = world.logOf(life);
  const conductor = desks(world, life, cell, host.agentId);
  const driver = simulatedDriver({ life, kernel, faults, hosts, hostName: host.name, cellName: cell.name });
  const firstWord = createFirstWord(FIRST_WORD_MS);
  const agent = createAgent({
    kind: 'compute',
    agentId: host.agentId,
    release: 'simulated',
    conductor,
    redis: NO_REDIS,
    subject: guestSubject({ driver, conductor, agentId: host.agentId, firstWord, log }),
    describe: async () => ({ url: `http://${host.name}`, hosts: [...(await driver.hosts())] }),
    toldAll: () => firstWord.heard(),
    log,
    listen: (_redis, queue, take) => wakes.listen(life, queue, take),
  });
  driver.onEvent((guestId) => agent.touch(guestId));
  return [agent];
}

/** cell/network/service.ts: one agent for the hosts of a cell. */
export function simulatedNetworkAgent(
  world: World,
  life: Life,
  cell: SimulatedCell,
  agentId: string,
  driver: NetworkDriver,
  wakes: Wakes,
): readonly Service[] {
  const log = world.logOf(life);
  const conductor = desks(world, life, cell, agentId);
  const keepers = new Map(driver.hostNames.map((hostName) => [hostName, new HostKeeper({ hostName, driver, log })]));
  const agent = createAgent({
    kind: 'network',
    agentId,
    release: 'simulated',
    conductor,
    redis: NO_REDIS,
    subject: createBindingSubject({
      agentId,
      conductor,
      keepers,
      files: NO_BINDING_FILES,
      told: () => undefined,
      changed: () => undefined,
    }),
    describe: async () => ({ url: '', hosts: driver.hostNames.map((name) => ({ name })) }),
    log,
    listen: (_redis, queue, take) => wakes.listen(life, queue, take),
  });
  return [agent];
}
