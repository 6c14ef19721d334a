import { randomInt, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, tryCommand } from '../../../../../cell/agent/run-command.ts';
import { uplinkHostEnd } from '../../../../../cell/network/drivers/linux/host-setup.ts';
import { look } from '../../../../../cell/network/drivers/linux/look.ts';
import type { KnownRouter } from '../../../../../cell/network/known-definitions.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import { aGuest } from '../a-guest.ts';
import { anOutside, type Outside } from '../an-outside.ts';
import type { GroupedGuest, GroupedHost } from '../groups/a-grouped-host.ts';
import { aTalker } from '../groups/a-talker.ts';
import { aRouter } from './a-router.ts';
import { aWideRange, type TwoHosts, twoHosts } from './two-hosts.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

/** The sixth address of a range of the outside and those before it are nobody's. */
const nth = (outside: Outside, n: number): string => {
  const [a, b, c, d = 0] = outside.host.split('.').map(Number);
  return [a, b, c, d + n - 1].join('.');
};

describe.skipIf(!isRoot)('a router that leads outside', () => {
  const [front, back] = [aWideRange(1), aWideRange(2)];
  let outside: Outside;
  let hosts: TwoHosts;
  let router: KnownRouter;
  let [web, db, plain, far] = [] as unknown as GroupedGuest[] as [
    GroupedGuest,
    GroupedGuest,
    GroupedGuest,
    GroupedGuest,
  ];
  let [first, second, third] = ['', '', ''];

  const change = async (rest: Partial<KnownRouter>) => {
    router = { ...router, ...rest };
    await hosts.both(async (host) => {
      host.routers.set(router.id, router);
      await host.pass();
    });
  };
  const leads = (address: string, to: GroupedGuest) => ({
    ...{ id: randomUUID(), address, portId: to.binding.port.id, fixedAddress: to.address },
  });
  /** From the machine outside. */
  const pingsFrom = async (address: string) =>
    (await tryCommand('ip', ['netns', 'exec', outside.name, 'busybox', 'ping', '-c', '2', '-W', '1', address]))
      .status === 0;
  const neighbour = async (address: string): Promise<string | undefined> => {
    const shown = await runCommand('ip', ['-n', outside.name, '-j', 'neighbour', 'show', address]);
    return (JSON.parse(shown) as { lladdr?: string }[])[0]?.lladdr;
  };

  beforeAll(async () => {
    outside = await anOutside();
    [first, second, third] = [nth(outside, 4), nth(outside, 5), nth(outside, 6)];
    const near = `vvn${outside.name.slice(8)}`;
    hosts = await twoHosts(() => ({
      VOLVOX_NETWORK_SECURITY_GROUPS: 'off',
      VOLVOX_NETWORK_UPLINK: 'veth',
      VOLVOX_NETWORK_UPLINK_CIDR: `100.127.${randomInt(256)}.${randomInt(64) * 4}/30`,
      VOLVOX_NETWORK_UPLINK_MASQUERADE: 'true',
      VOLVOX_NETWORK_ANNOUNCE_ON: near,
      VOLVOX_NETWORK_BLOCKED_RANGES: `${outside.other}/32`,
    }));
    const gateway = {
      networkId: randomUUID(),
      addresses: [{ subnetId: randomUUID(), address: '198.51.100.9' }],
      snat: true,
    };
    router = aRouter([front, back], { gateway });
    await hosts.both((host) => {
      for (const network of [front, back]) host.networks.set(network.id, network);
      host.routers.set(router.id, router);
    });
    web = await hosts.one.guest(front, ['10.1.0.11'], []);
    db = await hosts.one.guest(back, ['10.2.0.12'], []);
    plain = await hosts.one.guest(back, ['10.2.0.13'], []);
    far = await hosts.two.guest(front, ['10.1.0.14'], []);
    for (const guest of [web, db]) await guest.serve(80, 81);
  });
  afterAll(async () => {
    await hosts.stop();
    await outside.stop();
  });

  it('lets guests out with SNAT, not to blocked ranges, and nobody in', async () => {
    for (const guest of [web, db, far]) expect(await guest.pings(outside.address)).toBe(true);
    expect(await web.pings(outside.other)).toBe(false);
    expect(await web.pings(outside.host)).toBe(false);
    expect(await web.asks('tcp', '10.2.0.12', 80)).toBe(true);
    expect(await pingsFrom(first)).toBe(false);
  });

  it('lets nobody out without SNAT, and ends what was out', async () => {
    const { gateway } = router;
    if (gateway === null) throw new Error('it has one');
    await change({ gateway: { ...gateway, snat: false } });
    expect(await web.pings(outside.address)).toBe(false);
    expect(await web.pings('10.2.0.12')).toBe(true);
    await change({ gateway });
    expect(await web.pings(outside.address)).toBe(true);
  });

  it('leads a floating address to its guest, which has it outside; the host answers ARP for it', async () => {
    await change({ floating: [leads(first, web), leads(second, far)] });
    expect(await pingsFrom(first)).toBe(true);
    const mac = (await readFile(`/sys/class/net/vvn${outside.name.slice(8)}/address`, 'utf8')).trim();
    expect(await neighbour(first)).toBe(mac);
    // On the other host.
    expect(await pingsFrom(second)).toBe(true);
    expect(await seenAs(web)).toBe(first);
    expect(await seenAs(far)).toBe(second);
    expect(await seenAs(plain)).toBe(outside.host);
  });

  /** Under which address the machine outside sees a guest. */
  async function seenAs(guest: GroupedGuest): Promise<string> {
    const script =
      "require('node:net').createServer((s) => { console.log(s.remoteAddress); process.exit(); }).listen(7000, '0.0.0.0')";
    let ended = false;
    const seen = runCommand('ip', ['netns', 'exec', outside.name, process.execPath, '-e', script], {
      deadlineMs: 20_000,
    });
    void seen.finally(() => {
      ended = true;
    });
    await waitUntil('a connection', async () => {
      await guest.asks('tcp', outside.address, 7000);
      return ended;
    });
    return (await seen).trim();
  }

  it('lets guests of the same host reach the floating address, and its own guest too', async () => {
    for (const guest of [db, plain, web]) expect(await guest.asks('tcp', first, 80)).toBe(true);
    expect(await far.asks('tcp', first, 80)).toBe(true);
  });

  it('ends the connections of a floating address that goes, at once, and keeps those of others', async () => {
    const kept = await far.stream('10.2.0.12', 80);
    const ended = await far.stream(first, 80);
    const end = ended.ends();
    await change({ floating: [leads(second, far)] });
    expect(await end).toBeLessThan(1_500);
    await kept.goesOn();
    await kept.stop();
    await ended.stop();
    expect(await pingsFrom(first)).toBe(false);
    expect(await pingsFrom(second)).toBe(true);
  });

  it('announces an address that moves to another host', async () => {
    await change({ floating: [leads(first, web)] });
    expect(await pingsFrom(first)).toBe(true);
    await runCommand('ip', [
      '-n',
      outside.name,
      'neighbour',
      'replace',
      first,
      'lladdr',
      '02:00:00:00:00:01',
      'dev',
      'eth0',
      'nud',
      'stale',
    ]);
    await change({ floating: [] });
    await change({ floating: [leads(first, far)] });
    const mac = (await readFile(`/sys/class/net/vvn${outside.name.slice(8)}/address`, 'utf8')).trim();
    expect(await neighbour(first)).toBe(mac);
    expect(await pingsFrom(first)).toBe(true);
    const floating = [(await look(hosts.one.setup)).floating, (await look(hosts.two.setup)).floating];
    expect(floating).toMatchObject([[], [{ address: first }]]);
  });

  it('forwards single ports and ranges of an address, and no others', async () => {
    const to = (guest: GroupedGuest, ports: [number, number], fixed: number, id: string) => ({
      ...leads(third, guest),
      ...{ id, protocol: 'tcp' as const, portMin: ports[0], portMax: ports[1] },
      ...{ fixedPortMin: fixed, fixedPortMax: fixed + ports[1] - ports[0] },
    });
    const ids = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string, string];
    await change({
      floating: [],
      forwardings: [to(web, [8080, 8080], 80, ids[0]), to(db, [9080, 9081], 80, ids[1]), to(web, [81, 81], 81, ids[2])],
    });
    for (const port of [8080, 9080, 9081, 81]) expect(await connectsFrom(third, port), String(port)).toBe(true);
    expect(await connectsFrom(third, 82)).toBe(false);
    expect(await connectsFrom(third, 9082)).toBe(false);
    expect(await plain.asks('tcp', third, 9081)).toBe(true);
    const all = { ...to(web, [7000, 7002], 80, ids[0]), fixedPortMax: 80 };
    await change({ forwardings: [all, to(web, [81, 81], 81, ids[2])] });
    for (const port of [7000, 7002, 81]) expect(await connectsFrom(third, port), String(port)).toBe(true);
    expect(await connectsFrom(third, 7003)).toBe(false);
    await change({ forwardings: [] });
    expect(await connectsFrom(third, 7000)).toBe(false);
  });

  async function connectsFrom(address: string, port: number): Promise<boolean> {
    const script = `const s = require('node:net').connect({ host: '${address}', port: ${port} }); s.setTimeout(900, () => process.exit(1)); s.on('error', () => process.exit(1)); s.on('connect', () => process.exit(0));`;
    return (await tryCommand('ip', ['netns', 'exec', outside.name, process.execPath, '-e', script])).status === 0;
  }

  it('leads an address to a guest that migrates once the guest is there, and not before', async () => {
    await change({ floating: [leads(first, plain)] });
    const addressesOn = async ({ setup }: GroupedHost) => (await look(setup)).floating.map(({ address }) => address);
    await waitUntil('the address on the first host', async () => (await addressesOn(hosts.one)).includes(first));
    // The other host has the port before it has the guest.
    const binding = { ...plain.binding, bindingId: randomUUID(), hostName: 'host-2' };
    await hosts.two.plug(binding);
    expect(await addressesOn(hosts.two)).toEqual([]);
    expect(await pingsFrom(first)).toBe(true);
    await plain.stop();
    const arrived = await aTalker(binding, await aGuest(binding, hosts.two.setup.namespace));
    await arrived.pings('10.2.0.12');
    await waitUntil('the address on the second host alone', async () => {
      const [one, two] = [await addressesOn(hosts.one), await addressesOn(hosts.two)];
      return one.length === 0 && two.includes(first);
    });
    expect(await pingsFrom(first)).toBe(true);
    await arrived.stop();
    await hosts.two.plug({ ...binding, present: false, generation: 2 });
    expect(await addressesOn(hosts.two)).toEqual([]);
  });

  it('changes nothing in a second pass or after a restart, and leaves nothing outside when it is torn down', async () => {
    await change({ floating: [leads(first, web)] });
    const before = await look(hosts.one.setup);
    await hosts.one.restart();
    expect(await look(hosts.one.setup)).toEqual(before);
    expect(await pingsFrom(first)).toBe(true);
    await hosts.both(async (host) => {
      host.routers.clear();
      await host.pass();
    });
    await hosts.both(async ({ setup }) => {
      expect(await runCommand('ip', ['route', 'show', 'proto', '86', 'dev', uplinkHostEnd(setup)])).toBe('');
    });
    expect(await runCommand('ip', ['neighbour', 'show', 'proxy', 'dev', `vvn${outside.name.slice(8)}`])).toBe('');
    expect(await pingsFrom(first)).toBe(false);
  });
});
