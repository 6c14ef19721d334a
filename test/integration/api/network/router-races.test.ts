import { beforeEach, expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';
import { routerCalls } from './router-calls.ts';

/** What is asked of routers at the same moment. */
const front = useFrontApp();
const { send, typeOf, aSubnet, outside, aRouter, join, part, withoutQuotas } = routerCalls(front);

const ROUNDS = Array.from({ length: 8 }, (_, at) => at);
const portsOf = async (id: string) => (await send(`GET ports?device_id=${id}`, undefined, front.admin)).body.ports;

let quiet: { id: string; network_id: string };
beforeEach(async () => {
  await withoutQuotas();
  quiet = await aSubnet({ cidr: '10.1.0.0/24' });
});

test('of many who join one subnet at the same moment, one does', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => aRouter()));
  const answers = await Promise.all(ids.map((id) => join(id, { subnet_id: quiet.id })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
});

test('of subnets that overlap, one is joined', async () => {
  const id = await aRouter();
  const subnets = await Promise.all(ROUNDS.map((at) => aSubnet({ cidr: `10.7.${at}.0/20` })));
  const answers = await Promise.all(subnets.map((subnet) => join(id, { subnet_id: subnet.id })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 400)]);
  expect(await portsOf(id)).toHaveLength(1);
});

test('of routers that get one port, one has it', async () => {
  const { port } = (await send('POST ports', { port: { network_id: quiet.network_id } })).body;
  const ids = await Promise.all(ROUNDS.map(() => aRouter()));
  const answers = await Promise.all(ids.map((id) => join(id, { port_id: port.id })));
  const first = answers.findIndex(({ status }) => status === 200);
  expect(answers.filter((_, at) => at !== first).map(typeOf)).toEqual(
    Array.from({ length: 7 }, () => [409, 'PortInUse']),
  );
  expect((await send(`GET ports/${port.id}`)).body.port.device_id).toBe(ids[first]);
});

test('a router that is deleted while it is joined leaves no port', async () => {
  for (const _ of ROUNDS) {
    const id = await aRouter();
    const [joined, deleted] = await Promise.all([join(id, { subnet_id: quiet.id }), send(`DELETE routers/${id}`)]);
    expect([
      [200, 409],
      [404, 204],
    ]).toContainEqual([joined.status, deleted.status]);
    expect(await portsOf(id)).toHaveLength(joined.status === 200 ? 1 : 0);
    if (joined.status === 200) expect((await part(id, { subnet_id: quiet.id })).status).toBe(200);
  }
});

test('an interface that is taken away twice at once is taken away once', async () => {
  for (const _ of ROUNDS) {
    const id = await aRouter();
    expect((await join(id, { subnet_id: quiet.id })).status).toBe(200);
    const answers = await Promise.all([part(id, { subnet_id: quiet.id }), part(id, { subnet_id: quiet.id })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  }
});

test('a network with a gateway is external', async () => {
  const { network_id } = await outside();
  const turn = (external: boolean) =>
    send(`PUT networks/${network_id}`, { network: { 'router:external': external } }, front.admin);
  for (const _ of ROUNDS) {
    const router = { external_gateway_info: { network_id } };
    const [made, turned] = await Promise.all([send('POST routers', { router }), turn(false)]);
    expect([
      [201, 409],
      [400, 200],
      [404, 200],
    ]).toContainEqual([made.status, turned.status]);
    if (made.status === 201) expect((await send(`DELETE routers/${made.body.router.id}`)).status).toBe(204);
    expect((await turn(true)).status).toBe(200);
  }
});

test('a gateway that is set many times at once leaves one port', async () => {
  const { network_id } = await outside();
  const id = await aRouter();
  const external_gateway_info = { network_id };
  const set = (given: object | null) => send(`PUT routers/${id}`, { router: { external_gateway_info: given } });
  const answers = await Promise.all(ROUNDS.map((at) => set(at % 2 === 0 ? external_gateway_info : null)));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  const { router } = (await send(`GET routers/${id}`)).body;
  expect(await portsOf(id)).toHaveLength(router.external_gateway_info === null ? 0 : 1);
});

test('the gateway of a subnet that is joined stays', async () => {
  for (const _ of ROUNDS) {
    const id = await aRouter();
    const [joined, changed] = await Promise.all([
      join(id, { subnet_id: quiet.id }),
      send(`PUT subnets/${quiet.id}`, { subnet: { gateway_ip: '10.1.0.9' } }),
    ]);
    expect(joined.status).toBe(200);
    const [port] = await portsOf(id);
    const { gateway_ip } = (await send(`GET subnets/${quiet.id}`)).body.subnet;
    expect([changed.status, port.fixed_ips[0].ip_address]).toEqual([changed.status === 200 ? 200 : 409, gateway_ip]);
    expect((await part(id, { subnet_id: quiet.id })).status).toBe(200);
    expect((await send(`PUT subnets/${quiet.id}`, { subnet: { gateway_ip: '10.1.0.1' } })).status).toBe(200);
  }
});
