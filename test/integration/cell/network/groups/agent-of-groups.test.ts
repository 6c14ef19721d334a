import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentDefinitions } from '#platform/contracts/agent-definitions.ts';
import type { GroupRule, PortDefinition } from '#platform/objects/definitions.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { runCommand } from '../../../../../cell/agent/run-command.ts';
import { GROUP_TABLE } from '../../../../../cell/network/drivers/linux/group-table.ts';
import { look } from '../../../../../cell/network/drivers/linux/look.ts';
import { NOTHING_OBSERVED } from '../../../../../cell/network/observed-host.ts';
import { NOTHING_TOLD } from '../../../../support/a-definition.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import { aBinding, aNetwork, anInstance } from '../a-binding.ts';
import { aGuest } from '../a-guest.ts';
import { aCellNetwork, type TestCellNetwork } from '../an-agent.ts';
import { aRule, EGRESS } from './a-grouped-host.ts';
import { aTalker, type Talker } from './a-talker.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

describe.skipIf(!isRoot)('an agent whose host enforces security groups', () => {
  let cell: TestCellNetwork;
  let client: Talker;
  let server: Talker;
  const [friends, group] = [randomUUID(), randomUUID()];
  const tcp = (port: number, rest: Partial<GroupRule> = {}) =>
    aRule({ protocol: 'tcp', portMin: port, portMax: port, ...rest });
  const network = aNetwork();
  const [one, two] = [aBinding(network, 'host-1', ['10.9.0.11']), aBinding(network, 'host-1', ['10.9.0.12'])];
  let version = 0;
  const definitions = (rules: readonly GroupRule[], members: readonly string[]): AgentDefinitions => {
    version++;
    const port = ({ port: { id } }: DesiredBinding, groupId: string) =>
      ({
        kind: 'port' as const,
        id,
        generation: 1,
        groupIds: [groupId],
        addresses: [],
        portSecurity: true,
      }) satisfies PortDefinition;
    return {
      ...NOTHING_TOLD,
      version,
      ports: [port(one, friends), port(two, group)],
      groups: [
        { id: friends, generation: 1, rules: EGRESS },
        { id: group, generation: version, rules: [...rules] },
      ],
      remotes: [{ id: friends, whole: true, members: [{ portId: one.port.id, addresses: [...members] }], gone: [] }],
      more: false,
    };
  };
  const inHost = (...command: readonly string[]) => runCommand('ip', ['netns', 'exec', cell.namespace, ...command]);
  const rules = async () =>
    (await inHost('nft', '-a', 'list', 'table', 'inet', GROUP_TABLE)) +
    (await inHost('nft', '-a', 'list', 'table', 'bridge', 'volvox'));

  beforeAll(async () => {
    cell = await aCellNetwork({ VOLVOX_NETWORK_SECURITY_GROUPS: 'on' });
    cell.conductor.instances.set('10.9.0.11', anInstance(one));
    await cell.agent.start();
    await cell.want(one, two);
    client = await aTalker(one, await aGuest(one, cell.namespace));
    server = await aTalker(two, await aGuest(two, cell.namespace));
    await server.serve(80, 81);
  });
  afterAll(async () => {
    await client.stop();
    await server.stop();
    await cell.stop();
    expect(await look(cell.setup)).toEqual(NOTHING_OBSERVED);
  });

  it('lets nothing pass before it has heard of groups, save what a guest boots with', async () => {
    expect(await client.pings('10.9.0.1')).toBe(false);
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(false);
    await client.run('ip', 'address', 'flush', 'dev', 'eth0');
    expect(await client.dhcp()).toMatch(/^ip=10\.9\.0\.11$/m);
  });

  it('does within a second what it is told, and answers metadata', async () => {
    await cell.define(definitions([...EGRESS, tcp(80), tcp(81, { remoteGroupId: friends })], ['10.9.0.11']));
    await waitUntil('the way to port 81', () => client.asks('tcp', '10.9.0.12', 81));
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(true);
    expect(await server.asks('tcp', '10.9.0.11', 80)).toBe(false);
    expect(await client.fetch('http://169.254.169.254/latest/meta-data/local-ipv4')).toBe('10.9.0.11');
    const [open, bound] = [await client.stream('10.9.0.12', 80), await client.stream('10.9.0.12', 81)];
    const end = bound.ends();
    await cell.define(definitions([...EGRESS, tcp(80), tcp(81, { remoteGroupId: friends })], []));
    expect(await end).toBeLessThan(4_000);
    await open.goesOn();
    await open.stop();
  });

  it('disturbs no connection and changes no rule when it restarts, also with its conductor away', async () => {
    const stream = await client.stream('10.9.0.12', 80);
    const before = await rules();
    await cell.agent.stop();
    await stream.goesOn();
    await cell.conductor.stop();
    const starting = cell.agent.start();
    await stream.goesOn();
    await inHost('sysctl', '-qw', 'net.bridge.bridge-nf-call-arptables=1');
    await waitUntil('a pass of the new agent', async () => (await look(cell.setup)).prepared);
    await stream.goesOn();
    expect(await rules()).toBe(before);
    await cell.conductor.start();
    await starting;
    await cell.define(definitions([...EGRESS, tcp(80), tcp(81)], []));
    await waitUntil('what was told since', () => client.asks('tcp', '10.9.0.12', 81));
    await stream.goesOn();
  });
});
