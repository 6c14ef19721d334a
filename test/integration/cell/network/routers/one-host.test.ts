import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { look } from '../../../../../cell/network/drivers/linux/look.ts';
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
});
