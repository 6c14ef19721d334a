import { beforeEach, expect, test } from 'vitest';
import { releaseInstancePorts } from '#platform/directory/stores/server-ports.ts';
import { neededIn } from '../../../support/needed-in.ts';
import { useFrontApp } from '../use-front-app.ts';
import { floatingCalls, messageOf, type Setting, typeOf } from './floating-setting.ts';

/** Floating addresses: taken, led to ports, freed, given back. */
const front = useFrontApp();
const calls = floatingCalls(front);
const { send, take, aPort, aSubnet } = calls;

let setting: Setting;
let floating_network_id: string;
let project: string;
beforeEach(async () => {
  project = await calls.unlimited();
  setting = await calls.aSetting();
  floating_network_id = setting.outside.network_id;
});
const portsOutside = async () =>
  (await send(`GET ports?network_id=${floating_network_id}&device_owner=network:floatingip`, undefined, front.admin))
    .body.ports;
const allocated = () =>
  front.directory.read
    .selectFrom('address_allocations')
    .select(['address', 'port_id'])
    .where('subnet_id', '=', setting.outside.id)
    .execute();

test('a floating address: taken, shown, listed, changed, given back', async () => {
  const before = await allocated();
  const made = await send('POST floatingips', { floatingip: { floating_network_id, description: 'web' } });
  expect([made.status, made.body.floatingip]).toMatchObject([
    201,
    {
      ...{ floating_network_id, description: 'web', project_id: project, status: 'DOWN', revision_number: 0, tags: [] },
      ...{ port_id: null, fixed_ip_address: null, router_id: null, port_details: null, port_forwardings: [] },
      ...{ dns_name: '', dns_domain: '' },
    },
  ]);
  const { id, floating_ip_address } = made.body.floatingip;
  expect(floating_ip_address.split('.').slice(0, 3)).toEqual(setting.outside.address(0).split('.').slice(0, 3));
  expect(await portsOutside()).toMatchObject([
    { device_id: id, project_id: '', status: 'N/A', fixed_ips: [{ ip_address: floating_ip_address }] },
  ]);
  const path = `floatingips/${id}`;
  expect((await send(`GET ${path}`)).body).toEqual(made.body);
  const listed = await send(`GET floatingips?floating_ip_address=${floating_ip_address}&fields=id&status=DOWN`);
  expect(listed.body.floatingips).toContainEqual({ id });
  expect((await send(`GET floatingips?router_id=${setting.routerId}`)).body.floatingips).toEqual([]);
  expect(typeOf(await send(`GET ${path}`, undefined, front.outsider))).toEqual([404, 'FloatingIPNotFound']);
  expect(typeOf(await send(`PUT ${path}`, { floatingip: {} }, front.outsider))).toEqual([404, 'FloatingIPNotFound']);
  expect(typeOf(await send(`DELETE ${path}`, undefined, front.outsider))).toEqual([404, 'FloatingIPNotFound']);
  const changed = await send(`PUT ${path}`, { floatingip: { description: 'mail' } });
  expect(changed.body.floatingip).toMatchObject({ description: 'mail', revision_number: 1 });
  expect((await send(`PUT ${path}/tags`, { tags: ['x'] })).status).toBe(200);
  expect((await send('GET floatingips?tags=x')).body.floatingips).toMatchObject([{ id, tags: ['x'] }]);
  const stale = { token: front.demo, headers: { 'if-match': 'revision_number=1' } };
  expect((await front.send(`DELETE /network/v2.0/${path}`, stale)).status).toBe(412);
  expect((await send(`DELETE ${path}`)).status).toBe(204);
  expect(typeOf(await send(`GET ${path}`))).toEqual([404, 'FloatingIPNotFound']);
  expect(await portsOutside()).toEqual([]);
  expect(await allocated()).toEqual(before);
});

test('a page of floating addresses, sorted', async () => {
  const own = [];
  for (let made = 0; made < 3; made++) own.push(await take({ floating_network_id }));
  const first = await send(
    `GET floatingips?floating_network_id=${floating_network_id}&sort_key=floating_ip_address&sort_dir=desc&limit=2`,
  );
  const addresses = (some: { floating_ip_address: string }[]) => some.map((one) => one.floating_ip_address);
  const all = addresses(own).sort().reverse();
  expect(addresses(first.body.floatingips)).toEqual(all.slice(0, 2));
  expect(first.body.floatingips_links).toMatchObject([{ rel: 'next' }]);
});

test('an admin chooses an address; nobody else does; a taken one is refused', async () => {
  const asked = { floating_network_id, floating_ip_address: setting.outside.address(77) };
  expect(typeOf(await send('POST floatingips', { floatingip: asked }))).toEqual([403, 'PolicyNotAuthorized']);
  const chosen = await take({ ...asked, project_id: project }, front.admin);
  expect(chosen).toMatchObject({ floating_ip_address: asked.floating_ip_address, project_id: project });
  const again = await send('POST floatingips', { floatingip: asked }, front.admin);
  expect(typeOf(again)).toEqual([409, 'IpAddressAlreadyAllocated']);
  const beyond = { floating_network_id, floating_ip_address: '198.51.100.1' };
  expect(typeOf(await send('POST floatingips', { floatingip: beyond }, front.admin))).toEqual([
    ...[400, 'InvalidIpForSubnet'],
  ]);
  const { subnet_id } = { subnet_id: setting.outside.id };
  expect((await take({ floating_network_id, subnet_id })).floating_network_id).toBe(floating_network_id);
  const elsewhere = { floating_network_id, subnet_id: setting.inside.id };
  expect(typeOf(await send('POST floatingips', { floatingip: elsewhere }))).toEqual([400, 'InvalidInput']);
});

test('what cannot be taken', async () => {
  const inside = await send('POST floatingips', { floatingip: { floating_network_id: setting.inside.network_id } });
  expect([...typeOf(inside), messageOf(inside)]).toMatchObject([
    ...[400, 'BadRequest', expect.stringContaining('floating_network_id')],
  ]);
  const nowhere = { floating_network_id: '00000000-0000-4000-8000-000000000000' };
  expect(typeOf(await send('POST floatingips', { floatingip: nowhere }))).toEqual([404, 'NetworkNotFound']);
  const lone = { floating_network_id, fixed_ip_address: '10.1.0.9' };
  expect(messageOf(await send('POST floatingips', { floatingip: lone }))).toContain('without a port_id');
  const odd = await send('POST floatingips', { floatingip: { floating_network_id, colour: 'red' } });
  expect([odd.status, JSON.stringify(odd.body)]).toMatchObject([400, expect.stringContaining('colour')]);
  const v6 = await aSubnet('2001:db8::/64', { 'router:external': true }, front.admin, { ip_version: 6 });
  const six = await send('POST floatingips', { floatingip: { floating_network_id: v6.network_id } });
  expect(messageOf(six)).toContain('IPv4');
  const small = await calls.aSetting([10, 12]);
  await take({ floating_network_id: small.outside.network_id });
  const none = await send('POST floatingips', { floatingip: { floating_network_id: small.outside.network_id } });
  expect(typeOf(none)).toEqual([409, 'IpAddressGenerationFailure']);
  await send(`PUT quotas/${project}`, { quota: { floatingip: 1 } }, front.admin);
  expect(typeOf(await send('POST floatingips', { floatingip: { floating_network_id } }))).toEqual([409, 'OverQuota']);
});

test('an address leads to a port, to another one, and to none; its router is told each time', async () => {
  const { inside, routerId } = setting;
  const [one, other] = [await aPort(inside.network_id, { name: 'one' }), await aPort(inside.network_id)];
  const start = await calls.generationOf(routerId);
  const made = await take({ floating_network_id, port_id: one.id });
  expect(made).toMatchObject({
    ...{ port_id: one.id, fixed_ip_address: one.fixed_ips[0]?.ip_address, router_id: routerId, status: 'ACTIVE' },
    port_details: { name: 'one', mac_address: one.mac_address, network_id: inside.network_id, device_owner: '' },
  });
  expect(await calls.generationOf(routerId)).toBe(start + 1);
  const path = `floatingips/${made.id}`;
  const moved = await send(`PUT ${path}`, { floatingip: { port_id: other.id } });
  expect(moved.body.floatingip).toMatchObject({ port_id: other.id, fixed_ip_address: other.fixed_ips[0]?.ip_address });
  expect(await calls.generationOf(routerId)).toBe(start + 2);
  await send(`PUT ${path}`, { floatingip: { description: 'said' } });
  expect((await send(`GET ${path}`)).body.floatingip).toMatchObject({ port_id: other.id, description: 'said' });
  expect(await calls.generationOf(routerId)).toBe(start + 2);
  const freed = await send(`PUT ${path}`, { floatingip: { port_id: null } });
  expect(freed.body.floatingip).toMatchObject({
    port_id: null,
    fixed_ip_address: null,
    router_id: null,
    status: 'DOWN',
  });
  expect(await calls.generationOf(routerId)).toBe(start + 3);
});

test('what an address cannot lead to', async () => {
  const { inside } = setting;
  const port = await aPort(inside.network_id);
  const { id } = await take({ floating_network_id, port_id: port.id });
  const lead = async (floatingip: object, token = front.demo) => {
    const { id: free } = await take({ floating_network_id });
    const answer = await send(`PUT floatingips/${free}`, { floatingip }, token);
    const { body } = await send(`GET floatingips/${free}`);
    expect(body.floatingip).toMatchObject({ port_id: null, revision_number: 0 });
    return [...typeOf(answer), messageOf(answer)];
  };
  expect(await lead({ port_id: port.id })).toMatchObject([409, 'FloatingIPPortAlreadyAssociated', expect.anything()]);
  const unknown = '00000000-0000-4000-8000-000000000000';
  expect(await lead({ port_id: unknown })).toMatchObject([404, 'PortNotFound', expect.stringContaining(unknown)]);
  const foreign = await aSubnet('10.7.0.0/24', {}, front.outsider);
  const theirs = await aPort(foreign.network_id, {}, front.outsider);
  expect(await lead({ port_id: theirs.id })).toMatchObject([404, 'PortNotFound', expect.anything()]);
  const free = await aPort(inside.network_id);
  expect(await lead({ port_id: free.id, fixed_ip_address: '10.1.0.250' })).toMatchObject([
    ...[400, 'BadRequest', expect.stringContaining('10.1.0.250 (fixed_ip_address)')],
  ]);
  expect(await lead({ port_id: free.id, fixed_ip_address: 'fd00::1' })).toMatchObject([
    ...[400, 'BadRequest', expect.stringContaining('not an IPv4 address')],
  ]);
  expect(await lead({ fixed_ip_address: '10.1.0.9' })).toMatchObject([
    ...[400, 'BadRequest', expect.stringContaining('without a port_id')],
  ]);
  const apart = await aSubnet('10.8.0.0/24', {});
  const unreached = await aPort(apart.network_id);
  expect(await lead({ port_id: unreached.id })).toMatchObject([
    ...[404, 'ExternalGatewayForFloatingIPNotFound', expect.stringContaining(apart.id)],
  ]);
  const bare = await aPort(inside.network_id, { fixed_ips: [] });
  expect(await lead({ port_id: bare.id })).toMatchObject([400, 'BadRequest', expect.stringContaining(bare.id)]);
  const fixed_ips = [{ subnet_id: inside.id }, { subnet_id: inside.id }];
  const two = await aPort(inside.network_id, { fixed_ips });
  expect(await lead({ port_id: two.id })).toMatchObject([
    ...[400, 'BadRequest', expect.stringContaining('fixed_ip_address')],
  ]);
  const chosen = { port_id: two.id, fixed_ip_address: two.fixed_ips[1]?.ip_address };
  expect((await send(`PUT floatingips/${id}`, { floatingip: chosen })).body.floatingip).toMatchObject(chosen);
  const [gateway] = (await send(`GET ports?device_id=${setting.routerId}&network_id=${inside.network_id}`)).body.ports;
  expect(await lead({ port_id: gateway.id })).toMatchObject([
    ...[400, 'BadRequest', expect.stringContaining('network:router_interface')],
  ]);
});

test('a port that goes frees its address, whoever deletes it', async () => {
  const { inside, routerId } = setting;
  const [own, servers] = [await aPort(inside.network_id), await aPort(inside.network_id)];
  const ids = [own, servers].map(async ({ id: port_id }) => (await take({ floating_network_id, port_id })).id);
  const [ofOwn, ofServer] = await Promise.all(ids);
  const start = await calls.generationOf(routerId);
  expect((await send(`DELETE ports/${own.id}`)).status).toBe(204);
  expect((await send(`GET floatingips/${ofOwn}`)).body.floatingip).toMatchObject({
    ...{ port_id: null, fixed_ip_address: null, router_id: null, status: 'DOWN', revision_number: 1 },
  });
  expect(await calls.generationOf(routerId)).toBe(start + 1);
  const uuid = '11111111-0000-4000-8000-000000000000';
  await front.directory.transaction(async (tx) => {
    const given = { device_id: uuid, device_owner: 'compute:nova', made_for_device: 1 };
    await tx.updateTable('ports').set(given).where('id', '=', servers.id).execute();
  });
  await front.directory.transaction((tx) => releaseInstancePorts(tx, uuid));
  expect((await send(`GET floatingips/${ofServer}`)).body.floatingip).toMatchObject({ port_id: null, status: 'DOWN' });
  expect(await calls.generationOf(routerId)).toBe(start + 2);
});

test('a port keeps the address to which a floating one leads', async () => {
  const port = await aPort(setting.inside.network_id);
  await take({ floating_network_id, port_id: port.id });
  const gone = await send(`PUT ports/${port.id}`, {
    port: { fixed_ips: [{ subnet_id: setting.inside.id, ip_address: '10.1.0.200' }] },
  });
  expect([...typeOf(gone), messageOf(gone)]).toMatchObject([
    ...[400, 'BadRequest', expect.stringContaining(port.fixed_ips[0]?.ip_address ?? '-')],
  ]);
  const fixed_ips = [{ ip_address: port.fixed_ips[0]?.ip_address }, { ip_address: '10.1.0.200' }];
  expect((await send(`PUT ports/${port.id}`, { port: { fixed_ips } })).status).toBe(200);
});

test('a router keeps the gateway and the interface through which an address leads', async () => {
  const { inside, routerId } = setting;
  const port = await aPort(inside.network_id);
  const { id } = await take({ floating_network_id, port_id: port.id });
  const cleared = { router: { external_gateway_info: null } };
  const parted = { subnet_id: inside.id };
  expect(typeOf(await send(`PUT routers/${routerId}`, cleared))).toEqual([
    ...[409, 'RouterExternalGatewayInUseByFloatingIp'],
  ]);
  expect(typeOf(await send(`PUT routers/${routerId}/remove_router_interface`, parted))).toEqual([
    ...[409, 'RouterInterfaceInUseByFloatingIP'],
  ]);
  expect((await send(`PUT floatingips/${id}`, { floatingip: { port_id: null } })).status).toBe(200);
  expect((await send(`PUT routers/${routerId}/remove_router_interface`, parted)).status).toBe(200);
  expect((await send(`PUT routers/${routerId}`, cleared)).status).toBe(200);
});

test('the port of a floating address goes with it only', async () => {
  const { id } = await take({ floating_network_id });
  const [port] = await portsOutside();
  expect(port.device_id).toBe(id);
  expect(typeOf(await send(`DELETE ports/${port.id}`, undefined, front.admin))).toEqual([409, 'ServicePortInUse']);
  expect(typeOf(await send(`DELETE networks/${floating_network_id}`, undefined, front.admin))).toEqual([
    ...[409, 'NetworkInUse'],
  ]);
});

test('several at once, or none', async () => {
  const few = { floatingips: [{ floating_network_id }, { floating_network_id, description: 'second' }] };
  const made = await send('POST floatingips', few);
  expect([made.status, made.body.floatingips]).toMatchObject([201, [{ description: '' }, { description: 'second' }]]);
  const before = await allocated();
  const wrong = { floatingips: [{ floating_network_id }, { floating_network_id: setting.inside.network_id }] };
  expect((await send('POST floatingips', wrong)).status).toBe(400);
  expect(await allocated()).toEqual(before);
});

test('hosts learn where addresses of a router lead', async () => {
  const { inside, routerId } = setting;
  const port = await aPort(inside.network_id);
  const { id, floating_ip_address: address } = await take({ floating_network_id, port_id: port.id });
  const cell_id = '22222222-0000-4000-8000-000000000000';
  await front.directory.transaction(async (tx) => {
    const { network_id } = inside;
    await tx.insertInto('port_networks').values({ port_id: port.id, network_id, cell_id }).execute();
    await tx.insertInto('router_networks').values({ router_id: routerId, network_id, is_gateway: 0 }).execute();
  });
  expect(await neededIn(front.directory.read, cell_id, [{ kind: 'router', id: routerId }])).toMatchObject([
    { floating: [{ id, address, portId: port.id, fixedAddress: port.fixed_ips[0]?.ip_address }], forwardings: [] },
  ]);
});

test('a network leads outside for a project while one of its floating addresses is there', async () => {
  await take({ floating_network_id });
  const { routerId } = setting;
  expect((await send(`PUT routers/${routerId}`, { router: { external_gateway_info: null } })).status).toBe(200);
  const policies = await send(`GET rbac-policies?object_id=${floating_network_id}`, undefined, front.admin);
  const [policy] = policies.body.rbac_policies;
  const gone = await send(`DELETE rbac-policies/${policy.id}`, undefined, front.admin);
  expect(typeOf(gone)).toEqual([409, 'RbacPolicyInUse']);
});

test('each attribute that is shown filters: its own value finds the address, another does not', async () => {
  const port = await aPort(setting.inside.network_id);
  const names = { dns_name: 'web', dns_domain: 'example.org.', description: 'd' };
  const { id } = await take({ floating_network_id, port_id: port.id, ...names });
  const { body } = await send(`GET floatingips/${id}`);
  const plain = Object.entries<unknown>(body.floatingip).filter(([, value]) => typeof value !== 'object');
  expect(plain.length).toBeGreaterThan(14);
  for (const [name, value] of plain) {
    const other = typeof value === 'number' ? value + 1 : name.endsWith('_at') ? '2000-01-01T00:00:00Z' : 'another';
    const found = async (filter: unknown) =>
      (await send(`GET floatingips?id=${id}&${name}=${encodeURIComponent(String(filter))}`)).body.floatingips.length;
    expect([name, await found(value)]).toEqual([name, 1]);
    if (name !== 'id') expect([name, await found(other)]).toEqual([name, 0]);
  }
  expect((await send('GET floatingips?colour=red')).status).toBe(400);
});
