import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aNetwork, aSubnet } from '../a-binding.ts';
import { aGroupedHost, aRule, EGRESS, type GroupedGuest, type GroupedHost } from './a-grouped-host.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

const six = aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64', gatewayIp: 'fd00:9::1', dnsNameservers: [] });

describe.skipIf(!isRoot)('what security groups let pass', () => {
  let host: GroupedHost;
  let client: GroupedGuest;
  let server: GroupedGuest;
  let group: string;
  beforeAll(async () => {
    host = await aGroupedHost();
    const network = aNetwork({ subnets: [aSubnet(), six] });
    group = host.group(EGRESS);
    client = await host.guest(network, ['10.9.0.11', 'fd00:9::11'], [host.group(EGRESS)]);
    server = await host.guest(network, ['10.9.0.12', 'fd00:9::12'], [group]);
    await server.serve(80, 81, 90);
  });
  afterAll(async () => await host.stop());

  it('nothing comes in by default, and answers do', async () => {
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(false);
    expect(await client.asks('udp', '10.9.0.12', 80)).toBe(false);
    expect(await client.asks('tcp', 'fd00:9::12', 80)).toBe(false);
    expect(await client.pings('10.9.0.12')).toBe(false);
    // Of both: the network's own namespace answers.
    expect(await client.pings('10.9.0.1')).toBe(true);
    expect(await client.pings('fd00:9::1')).toBe(true);
  });

  it('TCP and UDP by port, both versions', async () => {
    await host.change(group, { rules: [...EGRESS, aRule({ protocol: 'tcp', portMin: 80, portMax: 81 })] });
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(true);
    expect(await client.asks('tcp', '10.9.0.12', 81)).toBe(true);
    expect(await client.asks('tcp', '10.9.0.12', 90)).toBe(false);
    expect(await client.asks('udp', '10.9.0.12', 80)).toBe(false);
    expect(await client.asks('tcp', 'fd00:9::12', 80)).toBe(false);
    const rules = [aRule({ protocol: '17', portMin: 90, portMax: 90, ethertype: 'IPv6' }), aRule({ protocol: 'udp' })];
    await host.change(group, { rules: [...EGRESS, ...rules] });
    expect(await client.asks('udp', 'fd00:9::12', 90)).toBe(true);
    expect(await client.asks('udp', 'fd00:9::12', 80)).toBe(false);
    // Fragments are judged together.
    expect(await client.asks('udp', '10.9.0.12', 81, { bytes: 9_000 })).toBe(true);
    expect(await client.asks('udp', 'fd00:9::12', 90, { bytes: 9_000 })).toBe(true);
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(false);
  });

  it('ICMP by type and code, both versions', async () => {
    const echo = aRule({ protocol: 'icmp', portMin: 8, portMax: 0 });
    await host.change(group, { rules: [...EGRESS, echo] });
    expect(await client.pings('10.9.0.12')).toBe(true);
    expect(await client.pings('10.9.0.12', undefined, 4_000)).toBe(true);
    expect(await client.pings('fd00:9::12')).toBe(false);
    await host.change(group, { rules: [...EGRESS, aRule({ protocol: 'icmp', portMin: 13 })] });
    expect(await client.pings('10.9.0.12')).toBe(false);
    await host.change(group, { rules: [...EGRESS, aRule({ protocol: 'icmp', ethertype: 'IPv6', portMin: 128 })] });
    expect(await client.pings('fd00:9::12')).toBe(true);
    expect(await client.pings('10.9.0.12')).toBe(false);
    await host.change(group, { rules: [...EGRESS, aRule({ protocol: 'ipv6-icmp', ethertype: 'IPv6' })] });
    expect(await client.pings('fd00:9::12')).toBe(true);
  });

  it('from a range, of either version', async () => {
    const from = (remoteIpPrefix: string) => aRule({ remoteIpPrefix });
    await host.change(group, { rules: [...EGRESS, from('10.9.0.8/29')] });
    expect(await client.asks('tcp', '10.9.0.12', 90)).toBe(true);
    await host.change(group, { rules: [...EGRESS, from('10.9.0.16/28')] });
    expect(await client.asks('tcp', '10.9.0.12', 90)).toBe(false);
    const v6 = (remoteIpPrefix: string) => aRule({ ethertype: 'IPv6', protocol: 'tcp', remoteIpPrefix });
    await host.change(group, { rules: [...EGRESS, v6('fd00:9::11/128')] });
    expect(await client.asks('tcp', 'fd00:9::12', 80)).toBe(true);
    await host.change(group, { rules: [...EGRESS, v6('fd00:8::/32')] });
    expect(await client.asks('tcp', 'fd00:9::12', 80)).toBe(false);
    await host.change(group, { rules: [...EGRESS, from('0.0.0.0/0')] });
    expect(await client.asks('udp', '10.9.0.12', 80)).toBe(true);
  });

  it('from the ranges of a group, which come and go without a change of rules', async () => {
    const friends = host.group([]);
    const of = (ethertype: 'IPv4' | 'IPv6') => aRule({ ethertype, remoteGroupId: friends });
    await host.change(group, { rules: [...EGRESS, of('IPv4'), of('IPv6')] });
    const rules = async () =>
      (await host.inHost('nft', '-a', 'list', 'table', 'inet', 'volvox-groups'))
        .split('\n')
        .filter((line) => line.includes(' goto stamp-'));
    const before = await rules();
    const reach = async () => [await client.asks('tcp', '10.9.0.12', 80), await client.asks('tcp', 'fd00:9::12', 80)];
    expect(await reach()).toEqual([false, false]);
    // Ranges that touch and that hold each other.
    await host.change(friends, { members: ['10.9.0.0/28', '10.9.0.16/28', '10.9.0.8/29', '10.8.0.0/16'] });
    expect(await reach()).toEqual([true, false]);
    const many = Array.from({ length: 20_000 }, (_, at) => `10.${100 + (at >> 8)}.${at & 255}.0/25`);
    await host.change(friends, { members: [...many, 'fd00:9::/120'] });
    expect(await reach()).toEqual([false, true]);
    await host.change(friends, { members: ['0.0.0.0/0', '::/0'] });
    expect(await reach()).toEqual([true, true]);
    await host.change(friends, { members: [] });
    expect(await reach()).toEqual([false, false]);
    expect(await rules()).toEqual(before);
    await host.pass();
  });

  it('nothing goes out without a rule for it', async () => {
    await host.change(group, { rules: [aRule({ direction: 'egress', protocol: 'tcp', portMin: 70, portMax: 79 })] });
    await client.serve(75, 85);
    expect(await server.asks('tcp', '10.9.0.11', 75)).toBe(false);
    const open = host.group([...EGRESS, aRule()]);
    host.ports.set(client.binding.port.id, { groupIds: [open], portSecurity: true });
    await host.pass();
    expect(await server.asks('tcp', '10.9.0.11', 75)).toBe(true);
    expect(await server.asks('tcp', '10.9.0.11', 85)).toBe(false);
    expect(await server.pings('10.9.0.1')).toBe(false);
  });

  it('a group of which nothing was heard allows nothing', async () => {
    host.ports.set(server.binding.port.id, { groupIds: ['00000000-0000-4000-8000-00000000dead'], portSecurity: true });
    await host.pass();
    expect(await client.asks('tcp', '10.9.0.12', 80)).toBe(false);
    expect(await server.pings('10.9.0.1')).toBe(false);
  });
});
