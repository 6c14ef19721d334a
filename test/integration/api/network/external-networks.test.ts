import { beforeAll, expect, test } from 'vitest';
import { resolveNetworks } from '#platform/directory/stores/server-networks.ts';
import { useFrontApp } from '../use-front-app.ts';

/** An external network that is not shared: every project sees it, none but its own plugs anything into it. */
const front = useFrontApp();
let external: string;
let member: { projectId: string; isAdmin: boolean };

const send = (path: string, token: string, body?: object) =>
  front.send(path, { token, ...(body === undefined ? {} : { body }) });

beforeAll(async () => {
  const network = { name: 'outside', 'router:external': true };
  external = (await send('POST /network/v2.0/networks', front.admin, { network })).body.network.id;
  const subnet = { network_id: external, ip_version: 4, cidr: '203.0.113.0/24' };
  await send('POST /network/v2.0/subnets', front.admin, { subnet });
  member = { projectId: (await front.deps.tokens.verify(front.demo)).projectId, isAdmin: false };
});

test('a member finds it, by each way to look', async () => {
  const networks = async (query: string) =>
    (await send(`GET /network/v2.0/networks?${query}`, front.demo)).body.networks.map(({ id }: { id: string }) => id);
  expect(await networks('')).toContain(external);
  expect(await networks('router:external=True')).toEqual([external]);
  expect(await networks('router:external=False')).not.toContain(external);
  expect(await networks('shared=True')).not.toContain(external);
  const shown = (await send(`GET /network/v2.0/networks/${external}`, front.demo)).body.network;
  expect(shown).toMatchObject({ 'router:external': true, shared: false });
  expect(shown).not.toHaveProperty('provider:network_type');
});

test('a member neither plugs a port into it, nor changes it', async () => {
  for (const port of [{ network_id: external }, { network_id: external, fixed_ips: [] }]) {
    expect((await send('POST /network/v2.0/ports', front.demo, { port })).status).toBe(403);
  }
  const several = { ports: [{ network_id: external }, { network_id: external }] };
  expect((await send('POST /network/v2.0/ports', front.demo, several)).status).toBe(403);
  const subnet = { network_id: external, ip_version: 4, cidr: '10.0.0.0/24' };
  expect((await send('POST /network/v2.0/subnets', front.demo, { subnet })).status).toBe(403);
  const change = { network: { name: 'mine' } };
  expect((await send(`PUT /network/v2.0/networks/${external}`, front.demo, change)).status).toBe(403);
  expect((await send(`DELETE /network/v2.0/networks/${external}`, front.demo)).status).toBe(403);
});

test('no server of a member is built on it: named, or because there is no other', async () => {
  const entry = { networkId: external, portId: null, fixedIp: null, tag: null };
  await expect(resolveNetworks(front.directory.read, member, [entry])).rejects.toMatchObject({ kind: 'forbidden' });
  expect(await resolveNetworks(front.directory.read, member, 'default')).toEqual([]);
  await expect(resolveNetworks(front.directory.read, member, 'auto')).rejects.toMatchObject({ kind: 'invalid' });

  const network = (await send('POST /network/v2.0/networks', front.demo, { network: {} })).body.network.id;
  const subnet = { network_id: network, ip_version: 4, cidr: '10.0.0.0/24' };
  await send('POST /network/v2.0/subnets', front.demo, { subnet });
  const [found, ...others] = await resolveNetworks(front.directory.read, member, 'auto');
  expect([found?.network.id, others]).toEqual([network, []]);
});

test('one that is shared as well may be plugged into', async () => {
  const change = { network: { shared: true } };
  expect((await send(`PUT /network/v2.0/networks/${external}`, front.admin, change)).status).toBe(200);
  expect((await send('POST /network/v2.0/ports', front.demo, { port: { network_id: external } })).status).toBe(201);
});
