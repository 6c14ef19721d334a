import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../../../cell/agent/run-command.ts';
import { look } from '../../../../../cell/network/drivers/linux/look.ts';
import { NOTHING_TOLD } from '../../../../support/a-definition.ts';
import { type RunningProcess, startProcess } from '../../../../support/process.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import { aBinding } from '../a-binding.ts';
import { aGuest } from '../a-guest.ts';
import { aCellNetwork, type TestCellNetwork } from '../an-agent.ts';
import { aTalker, type Talker } from '../groups/a-talker.ts';
import { aRange, aRouter } from './a-router.ts';

const MAIN = fileURLToPath(new URL('../../../../../cell/network/main.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

describe.skipIf(!isRoot)('an agent that hears of a router from its conductor', () => {
  const [front, back] = [aRange(1), aRange(2)];
  const { id: routerId, ...router } = aRouter([front, back]);
  const guests: Talker[] = [];
  let cell: TestCellNetwork;
  let agent: RunningProcess;
  const begin = () => startProcess(process.execPath, [MAIN], { PATH: process.env.PATH, ...cell.environment });
  const told = (generation: number, networks: readonly (typeof front)[]) => ({
    ...{ ...NOTHING_TOLD, version: generation },
    networks: networks.map((network) => ({ id: network.id, generation, network })),
    routers: networks.length === 0 ? [] : [{ id: routerId, generation, router }],
  });

  beforeAll(async () => {
    cell = await aCellNetwork();
    agent = begin();
    const bindings = [aBinding(front, 'host-1', ['10.1.0.11']), aBinding(back, 'host-1', ['10.2.0.12'])];
    await cell.want(...bindings);
    for (const binding of bindings) guests.push(await aTalker(binding, await aGuest(binding, cell.namespace)));
    await guests[1]?.serve(80);
  });
  afterAll(async () => {
    for (const guest of guests) await guest.stop();
    await agent.stop();
    await cell.stop();
  });

  it('routes as soon as it is told, and goes on while it is killed and started, also without the conductor', async () => {
    const [client] = guests;
    if (client === undefined) throw new Error('two guests');
    expect(await client.pings('10.2.0.12')).toBe(false);
    await cell.define(told(1, [front, back]));
    await client.reaches('10.2.0.12');
    const before = await look(cell.setup);
    expect(before.routers).toHaveLength(1);
    const stream = await client.stream('10.2.0.12', 80);
    await agent.stop('SIGKILL');
    await stream.goesOn();
    await cell.conductor.stop();
    try {
      agent = begin();
      const passed = await aMark(cell);
      await waitUntil('a pass of the new agent', passed);
      expect(await look(cell.setup)).toEqual(before);
      await stream.goesOn();
    } finally {
      await cell.conductor.start();
    }
    await stream.stop();
  });

  it('removes the router when it is told that there is none', async () => {
    await cell.define(told(2, []));
    await waitUntil('no router', async () => (await look(cell.setup)).routers.length === 0);
    expect(await guests[0]?.pings('10.2.0.12')).toBe(false);
  });
});

/** Takes a setting of the agent's away; it is back after a pass. */
async function aMark({ namespace }: TestCellNetwork): Promise<() => Promise<boolean>> {
  const setting = ['netns', 'exec', namespace, 'sysctl', '-n'];
  await runCommand('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', 'net.ipv4.conf.all.arp_ignore=0']);
  return async () => (await runCommand('ip', [...setting, 'net.ipv4.conf.all.arp_ignore'])).trim() === '8';
}
