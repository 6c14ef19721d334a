import { randomBytes, randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, tryCommand } from '../../../../../cell/agent/run-command.ts';
import { aNetwork } from '../a-binding.ts';
import { aGroupedHost, aRule, EGRESS, type GroupedGuest, type GroupedHost } from './a-grouped-host.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

describe.skipIf(!isRoot)('security groups between hosts', () => {
  const id = randomBytes(3).toString('hex');
  const underlays = [`vvg-u1-${id}`, `vvg-u2-${id}`] as const;
  const hosts: GroupedHost[] = [];
  let client: GroupedGuest;
  let server: GroupedGuest;
  const groups: string[] = [];

  beforeAll(async () => {
    for (const name of underlays) await runCommand('ip', ['netns', 'add', name]);
    const pair = ['type', 'veth', 'peer', 'name', 'under', 'netns', underlays[1]];
    await runCommand('ip', ['-n', underlays[0], 'link', 'add', 'under', 'mtu', '1600', ...pair]);
    const network = aNetwork({ segmentType: 'vxlan', segmentId: randomInt(100_000, 16_000_000) });
    for (const [at, name] of underlays.entries()) {
      await runCommand('ip', ['-n', name, 'address', 'add', `192.0.2.${at + 1}/24`, 'dev', 'under']);
      await runCommand('ip', ['-n', name, 'link', 'set', 'under', 'mtu', '1600', 'up']);
      const host = await aGroupedHost({
        VOLVOX_NETWORK_VXLAN_NAMESPACE: name,
        VOLVOX_NETWORK_VXLAN_ADDRESS: `192.0.2.${at + 1}`,
        VOLVOX_NETWORK_VXLAN_PEERS: `192.0.2.${2 - at}`,
      });
      hosts.push(host);
      groups.push(host.group(at === 0 ? EGRESS : [...EGRESS, aRule({ remoteIpPrefix: '10.9.0.0/24' })]));
    }
    const [one, two] = hosts;
    if (!one || !two) throw new Error('two hosts');
    client = await one.guest(network, ['10.9.0.11'], groups.slice(0, 1));
    server = await two.guest(network, ['10.9.0.12'], groups.slice(1));
    await server.serve(80, 81);
  });
  afterAll(async () => {
    for (const host of hosts) await host.stop();
    for (const name of underlays) await tryCommand('ip', ['netns', 'delete', name]);
  });

  it('each host judges its own port, and answers pass both', async () => {
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(true);
    expect(await client.asks('udp', '10.9.0.12', 81, { bytes: 9_000 })).toBe(true);
    expect(await client.pings('10.9.0.12')).toBe(true);
    await client.serve(80);
    expect(await server.asks('tcp', '10.9.0.11', 80)).toBe(false);
    expect(await server.pings('10.9.0.11')).toBe(false);
  });

  it('a rule that goes on either host ends what it let pass', async () => {
    const [one, two] = hosts;
    const all = [...EGRESS, aRule({ remoteIpPrefix: '10.9.0.0/24' })];
    const [kept, ended] = [await client.stream('10.9.0.12', 80), await client.stream('10.9.0.12', 81)];
    const end = ended.ends();
    await two?.change(groups[1] ?? '', { rules: [...EGRESS, aRule({ protocol: 'tcp', portMin: 80, portMax: 80 })] });
    expect(await end).toBeLessThan(4_000);
    await kept.goesOn();
    await two?.change(groups[1] ?? '', { rules: all });
    const last = kept.ends();
    await one?.change(groups[0] ?? '', { rules: [aRule({ direction: 'egress', protocol: 'udp' })] });
    expect(await last).toBeLessThan(1_000);
    expect(await client.asks('udp', '10.9.0.12', 80)).toBe(true);
  });
});
