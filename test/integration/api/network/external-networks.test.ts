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

const overlap = (...subnets: readonly string[]) => ({
  status: 409,
  type: 'ExternalSubnetOverlap',
  names: subnets.map(() => true),
});
const refusal = (
  { status, body }: { status: number; body: { NeutronError?: { type: string; message: string } } },
  ...subnets: readonly string[]
) => ({
  status,
  type: body.NeutronError?.type,
  names: subnets.map((id) => body.NeutronError?.message.includes(id)),
});
const aNetwork = async (network: object = {}, token = front.admin): Promise<string> =>
  (await send('POST /network/v2.0/networks', token, { network })).body.network.id;
const aSubnet = (network_id: string, cidr: string, token = front.admin) =>
  send('POST /network/v2.0/subnets', token, {
    subnet: { network_id, ip_version: cidr.includes(':') ? 6 : 4, cidr },
  });

test.each([
  ['172.20.8.0/22', ['172.20.9.0/24', '172.20.0.0/16', '172.20.8.0/22', '172.20.11.255/32']],
  ['2001:db8:8::/48', ['2001:db8:8:1::/64', '2001:db8::/32']],
])('no range of an external network with %s is another one’s: %j', async (cidr, ranges) => {
  const [first, second] = [await aNetwork({ 'router:external': true }), await aNetwork({ 'router:external': true })];
  const { id } = (await aSubnet(first, cidr)).body.subnet;
  for (const range of ranges) {
    expect(refusal(await aSubnet(second, range), id, first, second, range)).toEqual(overlap(id, first, second, range));
    const network = await aNetwork();
    const inner = (await aSubnet(network, range)).body.subnet;
    const change = { network: { 'router:external': true } };
    const turned = await send(`PUT /network/v2.0/networks/${network}`, front.admin, change);
    expect(refusal(turned, id, inner.id)).toEqual(overlap(id, inner.id));
    const rbac_policy = {
      object_type: 'network',
      object_id: network,
      action: 'access_as_external',
      target_tenant: '*',
    };
    const shared = await send('POST /network/v2.0/rbac-policies', front.admin, { rbac_policy });
    expect(refusal(shared, id, inner.id)).toEqual(overlap(id, inner.id));
    const shown = (await send(`GET /network/v2.0/networks/${network}`, front.admin)).body.network;
    expect(shown['router:external']).toBe(false);
  }
  expect((await send(`DELETE /network/v2.0/subnets/${id}`, front.admin)).status).toBe(204);
  expect((await aSubnet(second, cidr)).status).toBe(201);
});

test('of external networks that get one range at the same moment, one has it', async () => {
  const made = await Promise.all(Array.from({ length: 6 }, () => aNetwork({ 'router:external': true })));
  const later = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const network = await aNetwork();
      expect((await aSubnet(network, '172.21.0.0/24')).status).toBe(201);
      return network;
    }),
  );
  const answers = await Promise.all([
    ...made.map((network) => aSubnet(network, '172.21.0.0/23')),
    ...later.map((network) =>
      send(`PUT /network/v2.0/networks/${network}`, front.admin, { network: { 'router:external': true } }),
    ),
  ]);
  expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(11);
});

test('a member neither makes nor changes subnets of an external network of its own', async () => {
  const network = await aNetwork({}, front.demo);
  const { id } = (await aSubnet(network, '172.22.0.0/24', front.demo)).body.subnet;
  const change = { network: { 'router:external': true } };
  expect((await send(`PUT /network/v2.0/networks/${network}`, front.admin, change)).status).toBe(200);
  const made = await aSubnet(network, '172.23.0.0/24', front.demo);
  expect([made.status, made.body.NeutronError.message]).toEqual([
    403,
    expect.stringContaining('create_subnet:external'),
  ]);
  const changed = await send(`PUT /network/v2.0/subnets/${id}`, front.demo, { subnet: { gateway_ip: null } });
  expect([changed.status, changed.body.NeutronError.message]).toEqual([
    403,
    expect.stringContaining('update_subnet:external'),
  ]);
  const byAdmin = await send(`PUT /network/v2.0/subnets/${id}`, front.admin, { subnet: { gateway_ip: null } });
  expect([byAdmin.status, (await aSubnet(network, '172.23.0.0/24')).status]).toEqual([200, 201]);
});
