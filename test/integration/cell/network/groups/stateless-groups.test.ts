import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroupRule } from '#platform/objects/definitions.ts';
import { aNetwork, aSubnet } from '../a-binding.ts';
import { aGroupedHost, aRule, EGRESS, type GroupedGuest, type GroupedHost } from './a-grouped-host.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

const six = aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64', gatewayIp: 'fd00:9::1', dnsNameservers: [] });
const plain = (rest: Partial<GroupRule>): GroupRule => aRule({ ...rest, stateless: true });
const OUT = EGRESS.map((rule) => plain(rule));
const tcp80 = { protocol: 'tcp', portMin: 80, portMax: 80 };
/** Answers come to a port that the client chose. */
const answers = { protocol: 'tcp', portMin: 1_024, portMax: 65_535 };

describe.skipIf(!isRoot)('stateless security groups: each packet needs a rule', () => {
  let host: GroupedHost;
  let client: GroupedGuest;
  let server: GroupedGuest;
  let other: GroupedGuest;
  const groups = { client: '', server: '', other: '' };
  beforeAll(async () => {
    host = await aGroupedHost();
    const network = aNetwork({ subnets: [aSubnet(), six] });
    groups.client = host.group(OUT);
    groups.server = host.group(OUT);
    groups.other = host.group(EGRESS);
    client = await host.guest(network, ['10.9.0.11', 'fd00:9::11'], [groups.client]);
    server = await host.guest(network, ['10.9.0.12', 'fd00:9::12'], [groups.server]);
    other = await host.guest(network, ['10.9.0.13', 'fd00:9::13'], [groups.other]);
    await server.serve(80, 81);
    await other.serve(80);
  });
  afterAll(async () => await host.stop());
  const rules = async (client: readonly GroupRule[], server: readonly GroupRule[]) => {
    await host.change(groups.client, { rules: client });
    await host.change(groups.server, { rules: server });
  };

  it('an answer needs a rule of who asked, and of who answers', async () => {
    await rules(OUT, OUT);
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(false);
    await rules(OUT, [...OUT, plain(tcp80)]);
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(false);
    await rules([...OUT, plain(answers)], [...OUT, plain(tcp80)]);
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(true);
    expect(await client.asks('tcp', '10.9.0.12', 81)).toBe(false);
    expect(await client.asks('tcp', 'fd00:9::12', 80)).toBe(false);
    await rules([...OUT, plain(answers)], [plain({ ...tcp80, direction: 'egress' }), plain(tcp80)]);
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(false);
    await rules([...OUT, plain(answers)], [plain({ ...answers, direction: 'egress' }), plain(tcp80)]);
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(true);
  });

  it('version 6, UDP, fragments, ICMP by type, ranges and members', async () => {
    const v6 = { ethertype: 'IPv6' as const };
    await rules([...OUT, plain({ ...answers, ...v6 })], [...OUT, plain({ ...tcp80, ...v6 })]);
    expect(await client.asks('tcp', 'fd00:9::12', 80)).toBe(true);
    await rules([...OUT, plain({ protocol: 'udp' })], [...OUT, plain({ ...tcp80, protocol: 'udp' })]);
    expect(await client.asks('udp', '10.9.0.12', 80)).toBe(true);
    expect(await client.asks('udp', '10.9.0.12', 80, { bytes: 9_000 })).toBe(true);
    expect(await client.asks('udp', '10.9.0.12', 81)).toBe(false);
    const [echo, reply] = [8, 0].map((type) => plain({ protocol: 'icmp', portMin: type, portMax: 0 })) as [
      GroupRule,
      GroupRule,
    ];
    await rules([...OUT, echo], [...OUT, echo]);
    expect(await client.pings('10.9.0.12')).toBe(false);
    await rules([...OUT, reply], [...OUT, echo]);
    expect(await client.pings('10.9.0.12')).toBe(true);
    const from = (remoteIpPrefix: string) => plain({ ...tcp80, remoteIpPrefix });
    await rules([...OUT, plain(answers)], [...OUT, from('10.9.0.8/29')]);
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(true);
    await rules([...OUT, plain(answers)], [...OUT, from('10.9.0.16/28')]);
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(false);
    const friends = host.group([], ['10.9.0.11']);
    await rules([...OUT, plain(answers)], [...OUT, plain({ ...tcp80, remoteGroupId: friends })]);
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(true);
    await host.change(friends, { members: ['10.9.0.99'] });
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(false);
  });

  it('each end is judged as its own groups say', async () => {
    await rules([...OUT, plain(answers)], OUT);
    // A port with connections, asked by one without.
    expect(await client.asks('tcp', '10.9.0.13', 80)).toBe(false);
    await host.change(groups.other, { rules: [...EGRESS, aRule(tcp80)] });
    expect(await client.asks('tcp', '10.9.0.13', 80)).toBe(true);
    await rules(OUT, OUT);
    expect(await client.asks('tcp', '10.9.0.13', 80)).toBe(false);
    // And asking one: its answers need no rule.
    expect(await other.asks('tcp', '10.9.0.12', 80)).toBe(false);
    await rules(OUT, [...OUT, plain(tcp80)]);
    expect(await other.asks('tcp', '10.9.0.12', 80)).toBe(true);
    await rules(OUT, [plain(tcp80)]);
    expect(await other.asks('tcp', '10.9.0.12', 80)).toBe(false);
  });

  it('a rule that goes ends what it let pass; a group that becomes stateful lets answers in again', async () => {
    await rules([...OUT, plain(answers)], [...OUT, plain(tcp80)]);
    const stream = await client.stream('10.9.0.12', 80);
    await rules(OUT, [...OUT, plain(tcp80)]);
    await stream.ends();
    await stream.stop();
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(false);
    await rules(EGRESS, [...OUT, plain(tcp80)]);
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(true);
    await host.restart();
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(true);
    expect(await client.asks('tcp', '10.9.0.12', 81)).toBe(false);
  });
});
