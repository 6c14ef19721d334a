import { beforeEach, expect, test } from 'vitest';
import { routerDefinitions } from '../../../../platform/directory/stores/definitions/contents-of-networks.ts';
import { useFrontApp } from '../use-front-app.ts';
import { routerCalls } from './router-calls.ts';

/** Routers: their interfaces, gateways and extra routes. */
const front = useFrontApp();

const { send, typeOf, aSubnet, outside, aRouter, join, part, withoutQuotas } = routerCalls(front);
const generationOf = async (id: string) => {
  const row = front.directory.read.selectFrom('routers').select(['generation', 'announced']).where('id', '=', id);
  return row.executeTakeFirst();
};

let quiet: { id: string; network_id: string };
beforeEach(async () => {
  await withoutQuotas();
  quiet = await aSubnet({ cidr: '10.1.0.0/24' });
});

test('a router: made, shown, listed, changed, deleted', async () => {
  const made = await send('POST routers', { router: { name: 'edge', description: 'd' } });
  expect([made.status, made.body.router]).toMatchObject([
    201,
    {
      ...{ name: 'edge', description: 'd', admin_state_up: true, status: 'ACTIVE', external_gateway_info: null },
      ...{ routes: [], availability_zone_hints: [], revision_number: 0, tags: [] },
    },
  ]);
  expect(made.body.router).not.toHaveProperty('distributed');
  const path = `routers/${made.body.router.id}`;
  expect((await send(`GET ${path}`)).body).toEqual(made.body);
  expect((await send('GET routers?name=edge&fields=name')).body.routers).toContainEqual({ name: 'edge' });
  const seen = await send(`GET ${path}`, undefined, front.admin);
  expect(seen.body.router).toMatchObject({ distributed: true, ha: false });
  expect(typeOf(await send(`GET ${path}`, undefined, front.outsider))).toEqual([404, 'RouterNotFound']);
  expect((await send('GET routers?colour=red')).status).toBe(400);
  const changed = await send(`PUT ${path}`, { router: { name: 'core', admin_state_up: false } });
  expect(changed.body.router).toMatchObject({ name: 'core', admin_state_up: false, revision_number: 1 });
  expect((await send(`PUT ${path}/tags/red`)).status).toBe(201);
  expect((await send('GET routers?tags=red')).body.routers).toMatchObject([{ name: 'core' }]);
  expect((await send(`DELETE ${path}`, undefined, front.outsider)).status).toBe(404);
  expect((await send(`DELETE ${path}`)).status).toBe(204);
  expect((await send(`GET ${path}`)).status).toBe(404);
});

test('several at once; a quota of ten; If-Match', async () => {
  const { body, status } = await send('POST routers', { routers: [{ name: 'a' }, { name: 'b' }] });
  expect([status, body.routers.map(({ name }: { name: string }) => name)]).toEqual([201, ['a', 'b']]);
  const [{ id, project_id }] = body.routers;
  const used = (await send('GET routers')).body.routers.length;
  await send(`PUT quotas/${project_id}`, { quota: { router: used } }, front.admin);
  expect(typeOf(await send('POST routers', { router: {} }))).toEqual([409, 'OverQuota']);
  const put = (revision: number) =>
    front.send(`PUT /network/v2.0/routers/${id}`, {
      ...{ token: front.demo, body: { router: { name: 'c' } } },
      headers: { 'if-match': `revision_number=${revision}` },
    });
  expect((await put(7)).status).toBe(412);
  expect((await put(0)).status).toBe(200);
});

test('an interface by a subnet has the gateway address, belongs to the router, and goes with the interface', async () => {
  const id = await aRouter();
  const joined = await join(id, { subnet_id: quiet.id });
  expect([joined.status, joined.body]).toMatchObject([
    200,
    { id, subnet_id: quiet.id, subnet_ids: [quiet.id], network_id: quiet.network_id },
  ]);
  const { port_id } = joined.body;
  expect((await send(`GET ports/${port_id}`)).body.port).toMatchObject({
    ...{ device_owner: 'network:router_interface', device_id: id, status: 'ACTIVE', security_groups: [] },
    fixed_ips: [{ subnet_id: quiet.id, ip_address: '10.1.0.1' }],
  });
  expect(await generationOf(id)).toMatchObject({ generation: 1, announced: 0 });

  expect(typeOf(await send(`DELETE ports/${port_id}`))).toEqual([409, 'ServicePortInUse']);
  expect(typeOf(await send(`PUT ports/${port_id}`, { port: { fixed_ips: [] } }))).toEqual([409, 'PortInUse']);
  expect(typeOf(await send(`DELETE subnets/${quiet.id}`))).toEqual([409, 'SubnetInUse']);
  expect(typeOf(await send(`DELETE networks/${quiet.network_id}`))).toEqual([409, 'NetworkInUse']);
  expect(typeOf(await send(`PUT subnets/${quiet.id}`, { subnet: { gateway_ip: null } }))).toEqual([
    409,
    'GatewayIpInUse',
  ]);
  expect(typeOf(await send(`DELETE routers/${id}`))).toEqual([409, 'RouterInUse']);
  expect(typeOf(await join(id, { subnet_id: quiet.id }))).toEqual([400, 'BadRequest']);
  expect(typeOf(await join(await aRouter(), { subnet_id: quiet.id }))).toEqual([409, 'IpAddressAlreadyAllocated']);

  expect((await part(id, { subnet_id: quiet.id })).body).toMatchObject({ id, port_id });
  expect((await send(`GET ports/${port_id}`)).status).toBe(404);
  expect(await generationOf(id)).toMatchObject({ generation: 2 });
  expect(typeOf(await part(id, { subnet_id: quiet.id }))).toEqual([404, 'RouterInterfaceNotFoundForSubnet']);
  expect(typeOf(await part(id, { port_id }))).toEqual([404, 'RouterInterfaceNotFound']);
  expect(typeOf(await part(id, {}))).toEqual([400, 'BadRequest']);
  expect((await send(`DELETE routers/${id}`)).status).toBe(204);
  expect((await send(`DELETE subnets/${quiet.id}`)).status).toBe(204);
});

test('subnets of both versions of one network have an interface each', async () => {
  const six = { network_id: quiet.network_id, ip_version: 6, cidr: 'fd00:1::/64' };
  const { subnet } = (await send('POST subnets', { subnet: six })).body;
  const id = await aRouter();
  const answers = [await join(id, { subnet_id: quiet.id }), await join(id, { subnet_id: subnet.id })];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const { ports } = (await send(`GET ports?device_id=${id}&device_owner=network:router_interface`)).body;
  const addresses = ports.flatMap(({ fixed_ips }: { fixed_ips: { ip_address: string }[] }) =>
    fixed_ips.map(({ ip_address }) => ip_address),
  );
  expect(addresses.sort()).toEqual(['10.1.0.1', 'fd00:1::1']);
  const routes = [{ destination: 'fd00:2::/64', nexthop: 'fd00:1::9' }];
  expect((await send(`PUT routers/${id}`, { router: { routes } })).body.router.routes).toEqual(routes);
  expect(typeOf(await part(id, { subnet_id: subnet.id }))).toEqual([409, 'RouterInterfaceInUseByRoute']);
  expect((await part(id, { subnet_id: quiet.id })).status).toBe(200);
});

test('lists are filtered, sorted and in pages', async () => {
  const names = ['c', 'a', 'b'].map((name) => `paged-${name}`);
  const made = await send('POST routers', { routers: names.map((name) => ({ name, description: 'paged' })) });
  expect(made.status).toBe(201);
  const [{ id, project_id }] = made.body.routers;
  await send(`PUT routers/${id}`, { router: { admin_state_up: false } });
  const list = async (query: string, token = front.demo) =>
    (await send(`GET routers?description=paged&${query}`, undefined, token)).body.routers.map(
      ({ name }: { name: string }) => name,
    );
  expect(await list('sort_key=name&sort_dir=desc')).toEqual(['paged-c', 'paged-b', 'paged-a']);
  expect(await list('admin_state_up=false')).toEqual(['paged-c']);
  expect(await list(`project_id=${project_id}`, front.outsider)).toEqual([]);
  const page = (await send('GET routers?description=paged&sort_key=name&limit=2&fields=name')).body;
  expect(page.routers).toEqual([{ name: 'paged-a' }, { name: 'paged-b' }]);
  expect(page.routers_links).toMatchObject([{ rel: 'next' }]);
  const used = (await send(`GET quotas/${project_id}/details.json`, undefined, front.admin)).body.quota.router;
  expect(used).toMatchObject({ limit: -1, used: (await send('GET routers')).body.routers.length });
});

test('an interface by a port: a free one of the project, with an address', async () => {
  const id = await aRouter();
  const fixed_ips = [{ ip_address: '10.1.0.77' }];
  const port = (await send('POST ports', { port: { network_id: quiet.network_id, fixed_ips } })).body.port;
  expect((await join(id, { port_id: port.id })).body).toMatchObject({ port_id: port.id, subnet_id: quiet.id });
  expect(typeOf(await join(await aRouter(), { port_id: port.id }))).toEqual([409, 'PortInUse']);
  const bare = (await send('POST ports', { port: { network_id: quiet.network_id, fixed_ips: [] } })).body.port;
  expect(typeOf(await join(id, { port_id: bare.id }))).toEqual([400, 'BadRequest']);
  expect(typeOf(await join(id, {}))).toEqual([400, 'BadRequest']);
  expect(typeOf(await join(id, { port_id: bare.id, subnet_id: quiet.id }))).toEqual([400, 'BadRequest']);
  const other = await aSubnet({ cidr: '10.4.0.0/24' });
  expect(typeOf(await part(id, { port_id: port.id, subnet_id: other.id }))).toEqual([400, 'SubnetMismatchForPort']);
  const more = { network_id: quiet.network_id, ip_version: 4, cidr: '10.5.0.0/24' };
  const second = (await send('POST subnets', { subnet: more })).body.subnet;
  const both = [{ subnet_id: quiet.id }, { subnet_id: second.id }];
  const wide = (await send('POST ports', { port: { network_id: quiet.network_id, fixed_ips: both } })).body.port;
  expect((await join(await aRouter(), { port_id: wide.id })).body.NeutronError.message).toBe(
    'Bad router request: Cannot have multiple IPv4 subnets on router port.',
  );
  expect((await part(id, { port_id: port.id })).status).toBe(200);
  expect((await send(`GET ports/${port.id}`)).status).toBe(404);
});

test('subnets that overlap, that have no gateway, or that another project owns are refused', async () => {
  const id = await aRouter();
  await join(id, { subnet_id: quiet.id });
  const same = await aSubnet({ cidr: '10.1.0.128/25' });
  const refused = await join(id, { subnet_id: same.id });
  expect(typeOf(refused)).toEqual([400, 'BadRequest']);
  expect(refused.body.NeutronError.message).toContain(
    `Cidr 10.1.0.128/25 of subnet ${same.id} overlaps with cidr 10.1.0.0/24 of subnet ${quiet.id}`,
  );
  const closed = await aSubnet({ cidr: '10.2.0.0/24', gateway_ip: null });
  expect(typeOf(await join(id, { subnet_id: closed.id }))).toEqual([400, 'BadRequest']);
  const foreign = await aSubnet({ cidr: '10.3.0.0/24' }, { token: front.outsider });
  expect((await join(id, { subnet_id: foreign.id })).status).toBe(404);
  expect((await join(id, { subnet_id: quiet.id }, front.outsider)).status).toBe(404);
});

test("a network that all projects see is its owner's to join", async () => {
  const shared = await aSubnet({ cidr: '10.6.0.0/24' }, { network: { shared: true }, token: front.admin });
  const refused = await join(await aRouter(), { subnet_id: shared.id });
  expect(typeOf(refused)).toEqual([400, 'BadRequest']);
  expect(refused.body.NeutronError.message).toContain(`subnet ${shared.id} is not owned by project making the request`);
  const { port } = (await send('POST ports', { port: { network_id: shared.network_id } })).body;
  expect((await join(await aRouter(), { port_id: port.id })).body.NeutronError.message).toContain(
    `network ${shared.network_id} is not owned by project making the request`,
  );
  expect((await join(await aRouter({}, front.admin), { subnet_id: shared.id }, front.admin)).status).toBe(200);
});

test("a port of a router is active while both are switched on; a change of its router's interfaces is one of the router", async () => {
  const id = await aRouter();
  const { port_id } = (await join(id, { subnet_id: quiet.id })).body;
  const status = async () => (await send(`GET ports/${port_id}`)).body.port.status;
  const turn = async (what: string, up: boolean) =>
    expect(
      (await send(`PUT ${what}s/${what === 'port' ? port_id : id}`, { [what]: { admin_state_up: up } })).status,
    ).toBe(200);
  expect((await send(`GET routers/${id}`)).body.router.revision_number).toBe(1);
  const before = (await generationOf(id))?.generation ?? 0;
  await turn('port', false);
  expect(await status()).toBe('DOWN');
  expect(await generationOf(id)).toEqual({ generation: before + 1, announced: 0 });
  await turn('router', false);
  await turn('port', true);
  expect(await status()).toBe('DOWN');
  await turn('router', true);
  expect(await status()).toBe('ACTIVE');
});

test('hosts hear of what is switched on', async () => {
  const { network_id, id: subnet_id } = await outside();
  const id = await aRouter({ external_gateway_info: { network_id } });
  const { port_id } = (await join(id, { subnet_id: quiet.id })).body;
  const routes = [{ destination: '172.16.0.0/16', nexthop: '10.1.0.9' }];
  await send(`PUT routers/${id}`, { router: { routes } });
  const { ports } = (
    await send(`GET ports?device_owner=network:router_gateway&device_id=${id}`, undefined, front.admin)
  ).body;
  const heard = async () => (await routerDefinitions(front.directory.read, [id]))[0];
  const turn = (portId: string, admin_state_up: boolean) =>
    send(`PUT ports/${portId}`, { port: { admin_state_up } }, front.admin);
  const interfaces = [{ portId: port_id, networkId: quiet.network_id, addresses: [{ address: '10.1.0.1' }] }];
  const gateway = { networkId: network_id, snat: true, addresses: [{ subnetId: subnet_id }] };
  expect(await heard()).toMatchObject({ kind: 'router', id, enabled: true, interfaces, gateway, routes });
  const { generation = 0 } = (await heard()) ?? {};
  expect((await turn(port_id, false)).body.port.status).toBe('DOWN');
  expect((await turn(ports[0].id, false)).body.port.status).toBe('DOWN');
  expect(await heard()).toMatchObject({ interfaces: [], gateway: null, generation: generation + 2 });
  await turn(port_id, true);
  await turn(ports[0].id, true);
  expect(await heard()).toMatchObject({ interfaces, gateway });
  await send(`PUT routers/${id}`, { router: { admin_state_up: false } });
  expect(await heard()).toMatchObject({ enabled: false });
});

test('what nobody offers: other kinds of routers, zones, flavors', async () => {
  for (const [router, token, status, type] of [
    [{ distributed: true }, front.demo, 403, 'PolicyNotAuthorized'],
    [{ ha: false }, front.demo, 403, 'PolicyNotAuthorized'],
    [{ distributed: true, ha: false }, front.admin, 201, undefined],
    [{ distributed: false }, front.admin, 400, 'BadRequest'],
    [{ ha: true }, front.admin, 400, 'BadRequest'],
    [{ availability_zone_hints: ['attic'] }, front.demo, 404, 'AvailabilityZoneNotFound'],
    [{ flavor_id: quiet.id }, front.demo, 400, 'BadRequest'],
  ] as const)
    expect([router, ...typeOf(await send('POST routers', { router }, token))]).toEqual([router, status, type]);
});

test('a gateway on an external network: addresses of it, changed, taken away with its port', async () => {
  const { id: subnet_id, network_id, address } = await outside();
  const made = await send('POST routers', { router: { external_gateway_info: { network_id } } });
  const { id, external_gateway_info: gateway } = made.body.router;
  expect(gateway).toMatchObject({ network_id, enable_snat: true, external_fixed_ips: [{ subnet_id }] });
  const ports = `ports?device_id=${id}&device_owner=network:router_gateway`;
  expect((await send(`GET ${ports}`, undefined, front.admin)).body.ports).toHaveLength(1);

  const set = (external_gateway_info: object | null, token = front.demo) =>
    send(`PUT routers/${id}`, { router: { external_gateway_info } }, token);
  expect((await set({ network_id, enable_snat: false })).status).toBe(403);
  expect((await set({ network_id, enable_snat: false }, front.admin)).body.router.external_gateway_info).toEqual({
    ...gateway,
    enable_snat: false,
  });
  const external_fixed_ips = [{ subnet_id, ip_address: address(99) }];
  expect((await set({ network_id, external_fixed_ips })).status).toBe(403);
  const moved = await set({ network_id, external_fixed_ips }, front.admin);
  expect(moved.body.router.external_gateway_info).toMatchObject({ enable_snat: false, external_fixed_ips });
  expect(typeOf(await set({ network_id: quiet.network_id }))).toEqual([400, 'BadRequest']);
  expect((await send(`GET ${ports}`, undefined, front.admin)).body.ports).toHaveLength(1);
  expect((await set({})).body.router.external_gateway_info).toBeNull();
  expect((await send(`GET ${ports}`, undefined, front.admin)).body.ports).toEqual([]);

  await set({ network_id });
  const inside = { network: { 'router:external': false } };
  expect(typeOf(await send(`PUT networks/${network_id}`, inside, front.admin))).toEqual([409, 'ExternalNetworkInUse']);
  expect(typeOf(await send(`DELETE networks/${network_id}`, undefined, front.admin))).toEqual([409, 'NetworkInUse']);
  expect(typeOf(await send(`DELETE subnets/${subnet_id}`, undefined, front.admin))).toEqual([409, 'SubnetInUse']);
  const routes = [{ destination: '172.16.0.0/16', nexthop: address(9) }];
  const routed = await send(`PUT routers/${id}`, { router: { routes } });
  expect(typeOf(routed)).toEqual([400, 'InvalidRoutes']);
  expect(routed.body.NeutronError.message).toContain(`nexthop ${address(9)}, the nexthop is on the external network`);
  expect((await send(`DELETE routers/${id}`)).status).toBe(204);
  expect((await send(`PUT networks/${network_id}`, inside, front.admin)).status).toBe(200);
  expect((await send(`GET ${ports}`, undefined, front.admin)).body.ports).toEqual([]);
});

test('extra routes: next hops that the router reaches, at most 30; added and removed one by one', async () => {
  const id = await aRouter();
  await join(id, { subnet_id: quiet.id });
  const set = (routes: object[] | null) => send(`PUT routers/${id}`, { router: { routes } });
  const one = { destination: '172.16.0.0/16', nexthop: '10.1.0.9' };
  expect((await set([one, one])).body.NeutronError.message).toContain(
    "Duplicate hostroute '172.16.0.0/16 via 10.1.0.9'",
  );
  expect((await set([one])).body.router.routes).toEqual([one]);
  expect(typeOf(await part(id, { subnet_id: quiet.id }))).toEqual([409, 'RouterInterfaceInUseByRoute']);
  const two = { destination: 'fd00::/64', nexthop: 'fd01::1' };
  for (const wrong of [
    { ...one, destination: '172.16.0.1/16' },
    { ...one, destination: '169.254.169.254/32' },
    { ...one, destination: '100.64.0.0/30' },
    { ...one, nexthop: 'nobody' },
    { ...one, nexthop: '10.9.0.1' },
    { ...one, nexthop: '10.1.0.1' },
    { ...two, nexthop: '10.1.0.9' },
  ])
    expect((await set([wrong])).status).toBe(400);
  expect((await set([{ ...one, destination: '100.64.0.2/32' }])).body.NeutronError.message).toBe(
    "Invalid input for routes. Reason: routes[0].destination: '100.64.0.2/32' is not a network that is routed: it lies in 100.64.0.0/30, which is reserved.",
  );
  expect((await set([{ ...one, destination: '0.0.0.0/0' }])).status).toBe(200);
  expect((await set([one])).status).toBe(200);
  const many = Array.from({ length: 31 }, (_, at) => ({ ...one, destination: `172.${at + 16}.0.0/16` }));
  expect(typeOf(await set(many))).toEqual([400, 'RoutesExhausted']);
  const change = (verb: string, routes: object[]) =>
    send(`PUT routers/${id}/${verb}_extraroutes`, { router: { routes } });
  const other = { destination: '192.168.0.0/24', nexthop: '10.1.0.8' };
  expect((await change('add', [one, other])).body.router.routes).toEqual([one, other]);
  expect((await change('remove', [one])).body.router.routes).toEqual([other]);
  expect((await set(null)).body.router.routes).toEqual([]);
  expect((await part(id, { subnet_id: quiet.id })).status).toBe(200);
});

test('nobody writes down that a port belongs to a router', async () => {
  for (const device_owner of ['network:router_interface', 'network:router_gateway', 'network:floatingip'])
    for (const token of [front.demo, front.admin])
      expect((await send('POST ports', { port: { network_id: quiet.network_id, device_owner } }, token)).status).toBe(
        400,
      );
});
