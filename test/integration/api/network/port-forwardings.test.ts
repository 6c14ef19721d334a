import { beforeEach, expect, test } from 'vitest';
import { ledThroughRouters } from '#platform/directory/stores/floating-of-routers.ts';
import { useFrontApp } from '../use-front-app.ts';
import { floatingCalls, messageOf, type Setting, typeOf } from './floating-setting.ts';

/** Port forwardings of floating addresses. */
const front = useFrontApp();
const calls = floatingCalls(front);
const { send, take, aPort } = calls;

let setting: Setting;
let floating_network_id: string;
let floating: { readonly id: string; readonly floating_ip_address: string };
let port: Awaited<ReturnType<typeof aPort>>;
beforeEach(async () => {
  await calls.unlimited();
  setting = await calls.aSetting();
  floating_network_id = setting.outside.network_id;
  floating = await take({ floating_network_id });
  port = await aPort(setting.inside.network_id);
});
const add = (port_forwarding: object, token = front.demo, id = floating.id) =>
  send(`POST floatingips/${id}/port_forwardings`, { port_forwarding }, token);
const web = (given: object = {}) => ({
  ...{ internal_port_id: port.id, internal_port: 80, external_port: 8080, protocol: 'tcp' },
  ...given,
});

test('a forwarding: made, shown, listed, changed, deleted; the address has a router meanwhile', async () => {
  const { routerId } = setting;
  const start = await calls.generationOf(routerId);
  const made = await add(web({ description: 'web' }));
  const internal_ip_address = port.fixed_ips[0]?.ip_address;
  expect([made.status, made.body.port_forwarding]).toMatchObject([
    201,
    {
      ...{ protocol: 'tcp', internal_ip_address, internal_port_id: port.id, description: 'web' },
      ...{ internal_port: 80, internal_port_range: '80:80', external_port: 8080, external_port_range: '8080:8080' },
    },
  ]);
  const { id } = made.body.port_forwarding;
  const path = `floatingips/${floating.id}/port_forwardings/${id}`;
  expect((await send(`GET ${path}`)).body).toEqual(made.body);
  expect((await send(`GET floatingips/${floating.id}`)).body.floatingip).toMatchObject({
    ...{ router_id: routerId, port_id: null, status: 'ACTIVE' },
    port_forwardings: [{ protocol: 'tcp', internal_ip_address, internal_port: 80, external_port: 8080 }],
  });
  const list = `GET floatingips/${floating.id}/port_forwardings`;
  expect((await send(`${list}?external_port=8080&protocol=TCP&fields=id`)).body.port_forwardings).toEqual([{ id }]);
  expect((await send(`${list}?internal_port=81`)).body.port_forwardings).toEqual([]);
  const changed = await send(`PUT ${path}`, { port_forwarding: { external_port: 8081, protocol: 'UDP' } });
  expect(changed.body.port_forwarding).toMatchObject({ protocol: 'udp', external_port: 8081, internal_port: 80 });
  expect(await calls.generationOf(routerId)).toBe(start + 2);
  expect((await ledThroughRouters(front.directory.read, [routerId])).forwardings.get(routerId)).toEqual([
    {
      ...{ id, address: floating.floating_ip_address, protocol: 'udp', portMin: 8081, portMax: 8081 },
      ...{ portId: port.id, fixedAddress: internal_ip_address, fixedPortMin: 80, fixedPortMax: 80 },
    },
  ]);
  expect((await send(`DELETE ${path}`)).status).toBe(204);
  expect(typeOf(await send(`GET ${path}`))).toEqual([404, 'PortForwardingNotFound']);
  expect((await send(`GET floatingips/${floating.id}`)).body.floatingip).toMatchObject({
    ...{ router_id: null, status: 'DOWN', port_forwardings: [] },
  });
  expect(await calls.generationOf(routerId)).toBe(start + 3);
});

test('ranges, one to one or all to one', async () => {
  const ranges = { internal_port: undefined, external_port: undefined };
  const equal = web({ ...ranges, internal_port_range: '100:109', external_port_range: '1100:1109' });
  expect((await add(equal)).body.port_forwarding).toMatchObject({
    ...{ internal_port: null, internal_port_range: '100:109', external_port: null, external_port_range: '1100:1109' },
  });
  const many = web({ ...ranges, internal_port_range: '90', external_port_range: '2000:2009' });
  expect((await add(many)).body.port_forwarding).toMatchObject({ internal_port: 90, external_port_range: '2000:2009' });
  const uneven = await add(web({ ...ranges, internal_port_range: '200:201', external_port_range: '3000:3003' }));
  expect([...typeOf(uneven), messageOf(uneven)]).toMatchObject([
    ...[400, 'BadRequest', expect.stringContaining('internal_port_range 200:201')],
  ]);
  const shifted = (inside: string, outside: string) =>
    add(web({ ...ranges, internal_port_range: inside, external_port_range: outside }));
  expect((await shifted('20000:40000', '20000:40000')).status).toBe(201);
  const large = await shifted('5001:6024', '6001:7024');
  expect([...typeOf(large), messageOf(large)]).toMatchObject([
    ...[409, 'OverQuota', expect.stringContaining('external_port_range 6001:7024')],
  ]);
  expect((await shifted('5001:6014', '6001:7014')).status).toBe(201);
  for (const range of ['9:8', '0:1', '1:65536', 'a', '1:2:3', '1:']) {
    const refused = await add(web({ external_port: undefined, external_port_range: range }));
    expect([...typeOf(refused), messageOf(refused)]).toMatchObject([
      ...[400, 'BadRequest', expect.stringContaining(`'${range}' (external_port_range)`)],
    ]);
  }
  expect(messageOf(await add(web({ external_port_range: '1:1' })))).toContain('external_port and external_port_range');
  expect(messageOf(await add(web({ internal_port: undefined })))).toContain('internal_port or internal_port_range');
});

test.each([
  ['a number beyond', { external_port: 65_536 }, 'external_port'],
  ['another protocol', { protocol: 'icmp' }, 'protocol'],
  ['an unknown member', { colour: 'red' }, 'colour'],
])('%s is refused, named', async (_what, given, named) => {
  const { status, body } = await add(web(given));
  expect([status, JSON.stringify(body)]).toMatchObject([400, expect.stringContaining(named)]);
});

test('no two forwardings use the same ports', async () => {
  expect((await add(web())).status).toBe(201);
  const outside = web({ internal_port: 81, external_port: undefined, external_port_range: '8080:8080' });
  expect([...typeOf(await add(outside)), messageOf(await add(outside))]).toMatchObject([
    ...[400, 'BadRequest', expect.stringContaining('external_port_range 8080:8080')],
  ]);
  expect(typeOf(await add(web({ external_port: 8081 })))).toEqual([400, 'BadRequest']);
  expect((await add(web({ external_port: 8080, protocol: 'udp' }))).status).toBe(201);
  const other = await take({ floating_network_id });
  expect(typeOf(await add(web(), front.demo, other.id))).toEqual([400, 'BadRequest']);
  expect((await add(web({ internal_port: 82 }), front.demo, other.id)).status).toBe(201);
});

test('an address has forwardings or a port, and a port likewise', async () => {
  const { id } = (await add(web())).body.port_forwarding;
  const other = await aPort(setting.inside.network_id);
  expect(typeOf(await send(`PUT floatingips/${floating.id}`, { floatingip: { port_id: other.id } }))).toEqual([
    ...[409, 'FipInUseByPortForwarding'],
  ]);
  expect(typeOf(await send(`DELETE floatingips/${floating.id}`))).toEqual([409, 'FipInUseByPortForwarding']);
  const whole = await take({ floating_network_id });
  expect(typeOf(await send(`PUT floatingips/${whole.id}`, { floatingip: { port_id: port.id } }))).toEqual([
    ...[400, 'PortHasPortForwarding'],
  ]);
  expect((await send(`PUT floatingips/${whole.id}`, { floatingip: { port_id: other.id } })).status).toBe(200);
  expect(typeOf(await add(web({ internal_port_id: other.id, external_port: 9 })))).toEqual([
    ...[409, 'PortHasBindingFloatingIP'],
  ]);
  expect(typeOf(await add(web({ external_port: 10 }), front.demo, whole.id))).toEqual([
    ...[409, 'FloatingIPPortAlreadyAssociated'],
  ]);
  expect((await send(`DELETE floatingips/${floating.id}/port_forwardings/${id}`)).status).toBe(204);
  expect((await send(`DELETE floatingips/${floating.id}`)).status).toBe(204);
});

test('a port or an address that does not fit is refused, named', async () => {
  const apart = await calls.aSubnet('10.8.0.0/24', {});
  const unreached = await aPort(apart.network_id);
  const far = await add(web({ internal_port_id: unreached.id }));
  expect([...typeOf(far), messageOf(far)]).toMatchObject([
    ...[400, 'BadRequest', expect.stringContaining(`not reachable from subnet ${apart.id}`)],
  ]);
  const wrong = await add(web({ internal_ip_address: '10.1.0.250' }));
  expect([...typeOf(wrong), messageOf(wrong)]).toMatchObject([
    ...[400, 'BadRequest', expect.stringContaining('10.1.0.250 (internal_ip_address)')],
  ]);
  const unknown = '00000000-0000-4000-8000-000000000000';
  expect(typeOf(await add(web({ internal_port_id: unknown })))).toEqual([404, 'PortNotFound']);
  expect(typeOf(await add(web(), front.outsider))).toEqual([404, 'FloatingIPNotFound']);
  expect(typeOf(await add(web(), front.demo, unknown))).toEqual([404, 'FloatingIPNotFound']);
  const bare = await aPort(setting.inside.network_id, { fixed_ips: [] });
  expect(typeOf(await add(web({ internal_port_id: bare.id })))).toEqual([400, 'BadRequest']);
});

test('a port that goes takes its forwardings; the last one frees the router', async () => {
  const other = await aPort(setting.inside.network_id);
  await add(web());
  await add(web({ internal_port_id: other.id, external_port: 9000 }));
  expect((await send(`DELETE ports/${port.id}`)).status).toBe(204);
  const show = async () => (await send(`GET floatingips/${floating.id}`)).body.floatingip;
  expect(await show()).toMatchObject({ router_id: setting.routerId, port_forwardings: [{ external_port: 9000 }] });
  const part = { subnet_id: setting.inside.id };
  expect(typeOf(await send(`PUT routers/${setting.routerId}/remove_router_interface`, part))).toEqual([
    ...[409, 'RouterInterfaceInUseByFloatingIP'],
  ]);
  expect((await send(`DELETE ports/${other.id}`)).status).toBe(204);
  expect(await show()).toMatchObject({ router_id: null, status: 'DOWN', port_forwardings: [] });
});

test('a fixed address to which a forwarding leads stays with its port', async () => {
  const leave = () => send(`PUT ports/${port.id}`, { port: { fixed_ips: [] } });
  const made = await add(web());
  const refused = await leave();
  expect(typeOf(refused)).toEqual([409, 'PortInUse']);
  expect(messageOf(refused)).toContain(`Port forwarding ${made.body.port_forwarding.id} leads to`);
  await send(`DELETE floatingips/${floating.id}/port_forwardings/${made.body.port_forwarding.id}`);
  expect((await leave()).status).toBe(200);
});
