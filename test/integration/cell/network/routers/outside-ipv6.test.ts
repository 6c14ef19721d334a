import { randomInt, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '#platform/objects/network.ts';
import { runCommand, tryCommand } from '../../../../../cell/agent/run-command.ts';
import { look } from '../../../../../cell/network/drivers/linux/look.ts';
import type { KnownRouter } from '../../../../../cell/network/known-definitions.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import { aSubnet } from '../a-binding.ts';
import { aGuest } from '../a-guest.ts';
import { anOutside, type Outside } from '../an-outside.ts';
import type { GroupedGuest, GroupedHost } from '../groups/a-grouped-host.ts';
import { aTalker } from '../groups/a-talker.ts';
import { aRouter } from './a-router.ts';
import { type TwoHosts, twoHosts } from './two-hosts.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

/** Shorter packets than outside, so that somebody has to say so. */
const aNetwork = (cidr: string): Network => ({
  ...{ id: randomUUID(), name: cidr, mtu: 1400, external: false },
  ...{ segmentType: 'vxlan', segmentId: randomInt(100_000, 16_000_000) },
  subnets: [
    aSubnet({ ipVersion: 6, cidr, gatewayIp: cidr.replace('/64', '1'), enableDhcp: false, dnsNameservers: [] }),
  ],
});

describe.skipIf(!isRoot)('a router that leads IPv6 outside', () => {
  const prefix = `2001:db8:${randomInt(0x1000, 0xffff).toString(16)}`;
  const [front, back] = [aNetwork(`${prefix}:1::/64`), aNetwork(`${prefix}:2::/64`)];
  const [webAddress, farAddress, looseAddress] = [11, 14, 15].map((n) => `${prefix}:1::${n}`) as [
    string,
    string,
    string,
  ];
  let outside: Outside;
  let hosts: TwoHosts;
  let router: KnownRouter;
  let [web, far, loose, inner] = [] as unknown as [GroupedGuest, GroupedGuest, GroupedGuest, GroupedGuest];

  const change = async (rest: Partial<KnownRouter>) => {
    router = { ...router, ...rest };
    await hosts.both(async (host) => {
      host.routers.set(router.id, router);
      await host.pass();
    });
  };
  const inOutside = (...command: readonly string[]) => tryCommand('ip', ['netns', 'exec', outside.name, ...command]);
  const pingsFrom = async (address: string, bytes = 56) =>
    (await inOutside('busybox', 'ping', '-c', '3', '-W', '1', '-s', String(bytes), address)).status === 0;
  const neighbour = async (address: string): Promise<string | undefined> => {
    const shown = await runCommand('ip', ['-n', outside.name, '-j', 'neighbour', 'show', address]);
    return (JSON.parse(shown) as { lladdr?: string }[])[0]?.lladdr;
  };
  const addressesOn = async ({ setup }: GroupedHost) => (await look(setup)).floating.map(({ address }) => address);

  beforeAll(async () => {
    outside = await anOutside();
    hosts = await twoHosts(() => ({
      VOLVOX_NETWORK_SECURITY_GROUPS: 'off',
      VOLVOX_NETWORK_UPLINK: 'veth',
      VOLVOX_NETWORK_UPLINK_CIDR: `100.126.${randomInt(256)}.${randomInt(64) * 4}/30`,
      VOLVOX_NETWORK_UPLINK_MASQUERADE: 'true',
      VOLVOX_NETWORK_ANNOUNCE_ON: outside.near,
      VOLVOX_NETWORK_BLOCKED_RANGES: `${outside.other6}/128`,
    }));
    // Whoever is on the external network finds the guests there.
    await inOutside('ip', 'route', 'add', `${prefix}::/48`, 'dev', 'eth0', 'src', outside.address6);
    const gateway = {
      networkId: randomUUID(),
      addresses: [{ subnetId: randomUUID(), address: `${prefix}:ffff::9` }],
      snat: true,
    };
    router = aRouter([front, back], { gateway, outsideSubnets: front.subnets.map(({ id }) => id) });
    await hosts.both((host) => {
      for (const network of [front, back]) host.networks.set(network.id, network);
      host.routers.set(router.id, router);
    });
    web = await hosts.one.guest(front, [webAddress], []);
    loose = await hosts.one.guest(front, [looseAddress], [], { portSecurity: false });
    inner = await hosts.one.guest(back, [`${prefix}:2::12`], []);
    far = await hosts.two.guest(front, [farAddress], []);
  });
  afterAll(async () => {
    await hosts.stop();
    await outside.stop();
  });

  it('lets guests out and in with their own addresses; the host answers ND for them', async () => {
    for (const guest of [web, far, loose]) await guest.reaches(outside.address6);
    const mac = (await readFile(`/sys/class/net/${outside.near}/address`, 'utf8')).trim();
    for (const address of [webAddress, farAddress]) {
      await waitUntil(`a way to ${address}`, () => pingsFrom(address));
      expect(await neighbour(address)).toBe(mac);
    }
    expect(await addressesOn(hosts.one)).toEqual([webAddress, looseAddress]);
    expect(await addressesOn(hosts.two)).toEqual([farAddress]);
  });

  it('leads neither a subnet outside that is not valid there, nor anybody to the hosts and what is blocked', async () => {
    expect(await inner.pings(webAddress)).toBe(true);
    expect(await inner.pings(outside.address6)).toBe(false);
    expect(await pingsFrom(`${prefix}:2::12`)).toBe(false);
    for (const address of [outside.other6, outside.host6]) expect(await web.pings(address), address).toBe(false);
    for (const address of [`${prefix}:1::1`, `${prefix}:ffff::9`, `${prefix}:1::77`])
      expect(await pingsFrom(address), address).toBe(false);
  });

  it('lets nobody out from an address that no port has', async () => {
    const forged = `${prefix}:1::99`;
    const script = `const from = []; const s = require('node:dgram').createSocket('udp6').on('message', (_, { address }) => {
      from.push(address);
      if (address === '${looseAddress}' && from.length > 2) s.close(() => console.log(from.join(' ')));
    }).bind(7777)`;
    let ended = false;
    const listening = inOutside(process.execPath, '-e', script);
    void listening.finally(() => {
      ended = true;
    });
    await loose.run('ip', 'address', 'add', `${forged}/64`, 'dev', 'eth0', 'nodad');
    const says = (from: string) =>
      loose.run(
        process.execPath,
        '-e',
        `const s = require('node:dgram').createSocket('udp6'); s.bind(0, '${from}', () => s.send('x', 7777, '${outside.address6}', () => s.close()))`,
      );
    await waitUntil('messages outside', async () => {
      for (const from of [forged, looseAddress]) await says(from);
      return ended;
    });
    expect((await listening).stdout.trim()).toBe([looseAddress, looseAddress, looseAddress].join(' '));
  });

  it('tells who sends too long packets, in both directions', async () => {
    expect(await pingsFrom(webAddress, 1_440)).toBe(true);
    expect(await web.pings(outside.address6, undefined, 3_000)).toBe(true);
    const { stdout } = await inOutside('ip', '-6', 'route', 'get', webAddress);
    expect(stdout).toContain('mtu 1400');
  });

  it('leads and announces the address of a guest that migrates where it is, and not before', async () => {
    await waitUntil('the address on the second host', async () => (await addressesOn(hosts.two)).includes(farAddress));
    const binding = { ...far.binding, bindingId: randomUUID(), hostName: 'host-1' };
    await hosts.one.plug(binding);
    expect(await addressesOn(hosts.one)).not.toContain(farAddress);
    expect(await pingsFrom(farAddress)).toBe(true);
    await far.stop();
    const stale = ['lladdr', '02:00:00:00:00:01', 'dev', 'eth0', 'nud', 'stale'];
    await inOutside('ip', 'neighbour', 'replace', farAddress, ...stale);
    const arrived = await aTalker(binding, await aGuest(binding, hosts.one.setup.namespace));
    await arrived.pings(webAddress);
    await waitUntil('the address on the first host alone', async () => {
      const [one, two] = [await addressesOn(hosts.one), await addressesOn(hosts.two)];
      return one.includes(farAddress) && !two.includes(farAddress);
    });
    const mac = (await readFile(`/sys/class/net/${outside.near}/address`, 'utf8')).trim();
    expect(await neighbour(farAddress)).toBe(mac);
    expect(await pingsFrom(farAddress)).toBe(true);
    await arrived.stop();
    await hosts.one.plug({ ...binding, present: false, generation: 2 });
    expect(await addressesOn(hosts.one)).not.toContain(farAddress);
  });

  it('changes nothing in a second pass or after a restart, completes what was changed, and leaves nothing behind', async () => {
    await web.reaches(outside.address6);
    const before = await look(hosts.one.setup);
    await hosts.one.restart();
    expect(await look(hosts.one.setup)).toEqual(before);
    await runCommand('ip', ['-6', 'route', 'delete', webAddress]);
    await hosts.one.pass();
    expect(await pingsFrom(webAddress)).toBe(true);
    await change({ outsideSubnets: [] });
    expect(await web.pings(outside.address6)).toBe(false);
    expect(await pingsFrom(webAddress)).toBe(false);
    expect((await look(hosts.one.setup)).floating).toEqual([]);
    expect(await runCommand('ip', ['-6', 'neighbour', 'show', 'proxy', 'dev', outside.near])).toBe('');
  });
});
