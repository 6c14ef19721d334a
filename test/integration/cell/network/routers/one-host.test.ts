import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../../../cell/agent/run-command.ts';
import { networkNamespace, routerNamespace, routersDir } from '../../../../../cell/network/drivers/linux/host-setup.ts';
import { look } from '../../../../../cell/network/drivers/linux/look.ts';
import { NETWORK_END } from '../../../../../cell/network/joined-routers.ts';
import { bridgeName, routerPart, routerTransitName } from '../../../../../cell/network/names.ts';
import { aSubnet } from '../a-binding.ts';
import { aGroupedHost, type GroupedGuest, type GroupedHost } from '../groups/a-grouped-host.ts';
import { aRange, aRouter } from './a-router.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

describe.skipIf(!isRoot)('a router between networks on one host', () => {
  const [one, two, three] = [aRange(1), aRange(2), aRange(3)];
  const router = aRouter([one, two]);
  let host: GroupedHost;
  let client: GroupedGuest;
  let server: GroupedGuest;

  beforeAll(async () => {
    host = await aGroupedHost({ VOLVOX_NETWORK_SECURITY_GROUPS: 'off' });
    for (const network of [one, two, three]) host.networks.set(network.id, network);
    host.routers.set(router.id, router);
    client = await host.guest(one, ['10.1.0.11', 'fd00:1::11'], []);
    server = await host.guest(two, ['10.2.0.12', 'fd00:2::12'], []);
    await server.serve(80);
  });
  afterAll(async () => await host.stop());

  it('leads packets of both families from guest to guest, small and large', async () => {
    expect(await client.pings('10.2.0.12')).toBe(true);
    expect(await client.pings('fd00:2::12')).toBe(true);
    expect(await server.pings('10.1.0.11', undefined, 4_000)).toBe(true);
    expect(await client.pings('fd00:2::12', undefined, 4_000)).toBe(true);
    expect(await client.asks('tcp', '10.2.0.12', 80, { bytes: 100_000 })).toBe(true);
    expect(await client.asks('tcp', 'fd00:2::12', 80, { bytes: 100_000 })).toBe(true);
    expect(await client.asks('udp', '10.2.0.12', 80, { bytes: 5_000 })).toBe(true);
  });

  it('answers at all of its addresses', async () => {
    for (const address of ['10.1.0.1', '10.2.0.1', 'fd00:1::1', 'fd00:2::1'])
      expect(await client.pings(address), address).toBe(true);
  });

  it('changes nothing in a second pass', async () => {
    const before = await look(host.setup);
    await host.pass();
    expect(await look(host.setup)).toEqual(before);
    expect(before.routers).toHaveLength(1);
  });

  it('completes what was begun: settings, the far end of a transit', async () => {
    const { setup } = host;
    const namespace = routerNamespace(setup, routerPart(router.id));
    const far = routerTransitName(routerPart(router.id));
    await runCommand('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', 'net.ipv6.conf.all.forwarding=0']);
    const network = networkNamespace(setup, bridgeName(one.id));
    await runCommand('ip', ['-n', network, 'address', 'delete', `${NETWORK_END}/64`, 'dev', far]);
    await rm(routersDir(setup), { recursive: true });
    await host.pass();
    const forwards = await runCommand('ip', [
      'netns',
      'exec',
      namespace,
      'sysctl',
      '-n',
      'net.ipv6.conf.all.forwarding',
    ]);
    expect(forwards.trim()).toBe('1');
    expect(await runCommand('ip', ['-n', network, 'address', 'show', 'dev', far])).toContain(`${NETWORK_END}/64`);
    expect(await client.pings('10.2.0.12')).toBe(true);
    expect(await client.pings('fd00:2::12')).toBe(true);
  });

  it('keeps its routes when it loses one of two subnets of a network', async () => {
    const wide = {
      ...three,
      subnets: [...three.subnets, aSubnet({ cidr: '10.4.0.0/24', gatewayIp: '10.4.0.1', enableDhcp: false })],
    };
    const [first, second, third] = wide.subnets;
    if (first === undefined || second === undefined || third === undefined) throw new Error('subnets are missing');
    host.networks.set(wide.id, wide);
    const joined = aRouter([one, two, wide], { id: router.id });
    host.routers.set(router.id, joined);
    const other = await host.guest(wide, ['10.3.0.13', '10.4.0.13'], []);
    expect(await client.pings('10.4.0.13')).toBe(true);
    const interfaces = joined.interfaces.map((leg) => ({
      ...leg,
      addresses: leg.addresses.filter(({ subnetId }) => subnetId !== first.id),
    }));
    host.routers.set(router.id, { ...joined, interfaces });
    await host.pass();
    expect(await client.pings('10.4.0.13')).toBe(true);
    expect(await client.pings('10.3.0.13')).toBe(false);
    await other.stop();
  });
});
