import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, tryCommand } from '../../../../../cell/agent/run-command.ts';
import { networkNamespace } from '../../../../../cell/network/drivers/linux/host-setup.ts';
import { look } from '../../../../../cell/network/drivers/linux/look.ts';
import { bridgeName, gatewayMac } from '../../../../../cell/network/names.ts';
import { aRule, EGRESS, type GroupedGuest } from '../groups/a-grouped-host.ts';
import { aRouter } from './a-router.ts';
import { aWideRange, type TwoHosts, twoHosts } from './two-hosts.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

describe.skipIf(!isRoot)('a router on two hosts, with security groups', () => {
  const [front, back] = [aWideRange(1), aWideRange(2)];
  const router = aRouter([front, back]);
  const groups = new Map<string, string[]>();
  let hosts: TwoHosts;
  let [near, far, closed, neighbour] = [] as unknown as [GroupedGuest, GroupedGuest, GroupedGuest, GroupedGuest];

  beforeAll(async () => {
    hosts = await twoHosts();
    const members = ['10.1.0.11', 'fd00:1::11'];
    await hosts.both((host) => {
      for (const network of [front, back]) host.networks.set(network.id, network);
      host.routers.set(router.id, router);
      const clients = host.group(EGRESS, members);
      const fromClients = (['IPv4', 'IPv6'] as const).map((ethertype) => aRule({ ethertype, remoteGroupId: clients }));
      groups.set(host.setup.hostName, [clients, host.group([...EGRESS, ...fromClients]), host.group(EGRESS)]);
    });
    const groupOf = (host: 1 | 2, at: number) => [groups.get(`host-${host}`)?.[at] ?? ''];
    near = await hosts.one.guest(front, ['10.1.0.11', 'fd00:1::11'], groupOf(1, 0));
    closed = await hosts.one.guest(front, ['10.1.0.13', 'fd00:1::13'], groupOf(1, 2));
    neighbour = await hosts.one.guest(back, ['10.2.0.14', 'fd00:2::14'], groupOf(1, 1));
    far = await hosts.two.guest(back, ['10.2.0.12', 'fd00:2::12'], groupOf(2, 1));
    for (const guest of [far, neighbour]) await guest.serve(80);
  });
  afterAll(async () => await hosts.stop());

  it.each(['10.2.0.12', 'fd00:2::12', '10.2.0.14', 'fd00:2::14'])(
    'lets members of a remote group in at %s, and nobody else',
    async (address) => {
      expect(await near.asks('tcp', address, 80, { bytes: 50_000 })).toBe(true);
      expect(await near.asks('udp', address, 80, { bytes: 5_000 })).toBe(true);
      expect(await near.pings(address)).toBe(true);
      expect(await closed.asks('tcp', address, 80)).toBe(false);
      expect(await closed.pings(address)).toBe(false);
    },
  );

  it('ends a stream through the router when its sender leaves the remote group', async () => {
    const stream = await near.stream('10.2.0.12', 80);
    const end = stream.ends();
    await hosts.two.change(groups.get('host-2')?.[0] ?? '', { members: [] });
    expect(await end).toBeLessThan(4_000);
    await hosts.two.change(groups.get('host-2')?.[0] ?? '', { members: ['10.1.0.11', 'fd00:1::11'] });
    expect(await near.asks('tcp', '10.2.0.12', 80)).toBe(true);
  });

  /** Behind which devices of the bridge of a host the gateway of `back` is. */
  const gatewayBehind = async (namespace: string): Promise<readonly string[]> => {
    const table: { mac: string; ifname: string }[] = JSON.parse(
      await runCommand('bridge', ['-n', namespace, '-j', 'fdb', 'show', 'br', bridgeName(back.id)]),
    );
    return table.filter(({ mac }) => mac === gatewayMac(back.id)).map(({ ifname }) => ifname.slice(0, 3));
  };

  it('shows no host the gateway of another', async () => {
    expect(new Set(await gatewayBehind(hosts.two.setup.namespace))).toEqual(new Set(['rtr']));
  });

  it('finds its gateway where it is, also when a frame of it came from elsewhere before the rules of ports stood', async () => {
    const { namespace } = hosts.two.setup;
    const elsewhere = `${namespace}-elsewhere`;
    await runCommand('ip', ['netns', 'exec', namespace, 'nft', 'delete', 'table', 'bridge', 'volvox']);
    await runCommand('ip', ['netns', 'add', elsewhere]);
    try {
      const peer = ['peer', 'name', 'eth0', 'address', gatewayMac(back.id), 'netns', elsewhere];
      await runCommand('ip', ['-n', namespace, 'link', 'add', 'other', 'type', 'veth', ...peer]);
      await runCommand('ip', ['-n', namespace, 'link', 'set', 'other', 'master', bridgeName(back.id), 'up']);
      await runCommand('ip', ['-n', elsewhere, 'address', 'add', '10.2.0.99/16', 'dev', 'eth0']);
      await runCommand('ip', ['-n', elsewhere, 'link', 'set', 'eth0', 'up']);
      // Nobody answers it.
      await tryCommand('ip', ['netns', 'exec', elsewhere, 'busybox', 'ping', '-c', '1', '-W', '1', '10.2.0.98']);
      expect(new Set(await gatewayBehind(namespace))).toEqual(new Set(['rtr']));
    } finally {
      await runCommand('ip', ['netns', 'delete', elsewhere]);
      await hosts.two.pass();
    }
    expect(await near.asks('tcp', '10.2.0.12', 80)).toBe(true);
  });

  it('loses nothing while the agent of a host starts again, and changes nothing', async () => {
    const stream = await near.stream('10.2.0.12', 80);
    const before = await look(hosts.one.setup);
    const inside = networkNamespace(hosts.one.setup, bridgeName(front.id));
    const links = () => runCommand('ip', ['-n', inside, '-j', 'address', 'show']);
    const devices = await links();
    await hosts.one.restart();
    expect(await look(hosts.one.setup)).toEqual(before);
    expect(JSON.parse(await links())).toEqual(JSON.parse(devices));
    await stream.goesOn();
    await stream.stop();
  });

  it('leaves nothing of a router that is removed, and its networks where there are ports', async () => {
    await hosts.both(async (host) => {
      host.routers.clear();
      await host.pass();
    });
    expect(await near.asks('tcp', '10.2.0.12', 80)).toBe(false);
    const [one, two] = [await look(hosts.one.setup), await look(hosts.two.setup)];
    expect([one.routers, two.routers]).toEqual([[], []]);
    expect(one.networks.map(({ bridge }) => bridge).sort()).toEqual(
      [front, back].map(({ id }) => bridgeName(id)).sort(),
    );
    expect(two.networks.map(({ bridge, reach }) => [bridge, reach])).toEqual([[bridgeName(back.id), false]]);
    const { namespace } = hosts.two.setup;
    const names = (await runCommand('ip', ['netns', 'list'])).split('\n').filter((line) => line.startsWith(namespace));
    expect(names.filter((line) => line.includes('-rt'))).toEqual([]);
    expect(await runCommand('ip', ['-n', namespace, 'link', 'show'])).not.toContain('rch');
    const inside = networkNamespace(hosts.two.setup, bridgeName(back.id));
    for (const family of ['-4', '-6'])
      expect(await runCommand('ip', ['-n', inside, family, 'rule', 'show'])).not.toContain('fwmark');
  });
});
