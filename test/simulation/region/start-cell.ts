import type { AgentKind } from '#platform/contracts/agent.ts';
import { createFakeDriver } from '../../../cell/network/drivers/fake/fake-driver.ts';
import { Wakes } from '../transport/wakes.ts';
import { simulatedCompute, simulatedNetworkAgent } from './agents.ts';
import { simulatedConductor } from './conductor.ts';
import type { Compose } from './process.ts';
import { AGENT_KEY_HASH, insert } from './seed.ts';
import type { SimulatedCell, World } from './world.ts';

/** The processes of a cell: its conductors, a compute agent a host, and a network agent for its hosts, with a queue of their own. */
export function startCell(world: World, cell: SimulatedCell, add: (name: string, compose: Compose) => void): void {
  const { kernel, faults } = world;
  const { random } = kernel;
  const wakes = new Wakes(kernel, faults);
  for (let at = 0; at < cell.conductors; at++)
    add(`${cell.name}-conductor${at}`, (life) => simulatedConductor(world, life, cell, at, wakes));
  for (const name of cell.hostNames) {
    const host = { name, agentId: random.uuid() };
    enrol(cell, host.agentId, 'compute', [name]);
    add(`${name}-compute`, (life) => simulatedCompute(world, life, cell, host, wakes));
  }
  const driver = createFakeDriver({
    hostNames: cell.hostNames,
    plugMs: 5,
    failHosts: [],
    hangHosts: [],
    failPercent: 0,
    clock: kernel.clock,
  });
  const agentId = random.uuid();
  enrol(cell, agentId, 'network', cell.hostNames);
  add(`${cell.name}-network`, (life) => simulatedNetworkAgent(world, life, cell, agentId, driver, wakes));
}

/** As if the agent had joined: its key is bound to these hosts. */
function enrol(cell: SimulatedCell, agentId: string, kind: AgentKind, hosts: readonly string[]): void {
  const key = { agent_id: agentId, key_hash: AGENT_KEY_HASH, kind, hosts: JSON.stringify(hosts) };
  insert(cell.sql, 'agent_keys', { ...key, created_at: 0, used_at: 0 });
  insert(cell.sql, 'enrolled_agents', { agent_id: agentId, kind, enrolled_at: 0 });
}
