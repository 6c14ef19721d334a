import { beforeEach, expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

/** Pools of subnets, and subnets out of them. */
const front = useFrontApp();

const send = (what: string, body?: object, token = front.demo) =>
  front.send(what.replace(' ', ' /network/v2.0/'), { token, ...(body === undefined ? {} : { body }) });
const make = (subnetpool: object, token = front.demo) => send('POST subnetpools', { subnetpool }, token);
const typeOf = ({ status, body }: { status: number; body: { NeutronError?: { type: string } } }) => [
  status,
  body.NeutronError?.type,
];
let network_id: string;
beforeEach(async () => {
  network_id = (await send('POST networks', { network: {} })).body.network.id;
});
const aSubnet = (subnet: object, token = front.demo) =>
  send('POST subnets', { subnet: { network_id, ip_version: 4, ...subnet } }, token);

test('a pool: made, shown, listed, changed, deleted', async () => {
  const made = await make({
    name: 'p',
    prefixes: ['10.9.9.9/16', '10.9.1.0/24', '10.8.0.0/16'],
    default_prefixlen: '26',
  });
  expect([made.status, made.body.subnetpool]).toMatchObject([
    201,
    {
      ...{ name: 'p', ip_version: 4, prefixes: ['10.8.0.0/16', '10.9.0.0/16'], min_prefixlen: 8, max_prefixlen: 32 },
      ...{ default_prefixlen: 26, default_quota: null, shared: false, is_default: false, revision_number: 0 },
    },
  ]);
  const path = `subnetpools/${made.body.subnetpool.id}`;
  expect((await send(`GET ${path}`)).body).toEqual(made.body);
  expect((await send('GET subnetpools?name=p&ip_version=4&fields=name')).body.subnetpools).toEqual([{ name: 'p' }]);
  expect((await send(`GET ${path}`, undefined, front.outsider)).status).toBe(404);
  const grown = { prefixes: ['10.8.0.0/15', '10.10.0.0/16'], default_quota: 512, name: 'q' };
  const changed = await send(`PUT ${path}`, { subnetpool: grown });
  expect(changed.body.subnetpool).toMatchObject({ ...grown, default_prefixlen: 26, revision_number: 1 });
  expect(typeOf(await send(`PUT ${path}`, { subnetpool: { prefixes: ['10.8.0.0/16'] } }))).toEqual([
    ...[400, 'IllegalSubnetPoolPrefixUpdate'],
  ]);
  expect((await send(`PUT ${path}/tags`, { tags: ['x'] })).status).toBe(200);
  expect((await send('GET subnetpools?tags=x')).body.subnetpools).toHaveLength(1);
  expect((await send(`DELETE ${path}`)).status).toBe(204);
  expect(typeOf(await send(`GET ${path}`))).toEqual([404, 'SubnetPoolNotFound']);
});

test.each([
  [{}, 'BadRequest'],
  [{ prefixes: [] }, 'BadRequest'],
  [{ prefixes: ['x'] }, 'InvalidInput'],
  [{ prefixes: ['10.0.0.0/8', 'fd00::/48'] }, 'PrefixVersionMismatch'],
  [{ prefixes: ['10.0.0.0/8'], min_prefixlen: 24, max_prefixlen: 20 }, 'IllegalSubnetPoolPrefixBounds'],
  [{ prefixes: ['10.0.0.0/8'], max_prefixlen: 33 }, 'IllegalSubnetPoolPrefixBounds'],
  [{ prefixes: ['10.0.0.0/8'], default_prefixlen: 7 }, 'IllegalSubnetPoolPrefixBounds'],
  [{ prefixes: ['fd00::/48'], default_prefixlen: 56 }, 'IllegalSubnetPoolPrefixBounds'],
  [{ prefixes: ['10.0.0.0/8'], colour: 'red' }, 'BadRequest'],
])('a pool %j is refused', async (given, type) => {
  expect(typeOf(await make(given))).toEqual([400, type]);
});

test('subnets get ranges out of a pool: the first, one of a length, one that is named; each once', async () => {
  const pool = (await make({ prefixes: ['10.20.0.0/22'], default_prefixlen: 24, min_prefixlen: 23 })).body.subnetpool;
  const of = { subnetpool_id: pool.id };
  const first = await aSubnet(of);
  expect([first.status, first.body.subnet]).toMatchObject([
    201,
    { cidr: '10.20.0.0/24', gateway_ip: '10.20.0.1', subnetpool_id: pool.id },
  ]);
  expect((await aSubnet({ ...of, prefixlen: 26 })).body.subnet.cidr).toBe('10.20.1.0/26');
  expect((await aSubnet({ ...of, cidr: '10.20.3.7/24' })).body.subnet.cidr).toBe('10.20.3.0/24');
  expect(typeOf(await aSubnet({ ...of, cidr: '10.20.3.0/25' }))).toEqual([409, 'SubnetAllocationError']);
  expect(typeOf(await aSubnet({ ...of, prefixlen: 22 }))).toEqual([400, 'MinPrefixSubnetAllocationError']);
  expect(typeOf(await aSubnet({ ...of, prefixlen: 23 }))).toEqual([409, 'SubnetAllocationError']);
  expect(typeOf(await aSubnet({ ...of, ip_version: 6 }))).toEqual([400, 'InvalidInput']);
  expect(typeOf(await aSubnet({ ...of, allocation_pools: [] }))).toEqual([400, 'BadRequest']);
  expect(typeOf(await aSubnet({ ...of, cidr: '10.20.2.0/24', prefixlen: 24 }))).toEqual([400, 'BadRequest']);
  expect(typeOf(await aSubnet({}))).toEqual([400, 'BadRequest']);
  expect(typeOf(await aSubnet({ prefixlen: 24 }))).toEqual([400, 'InvalidInput']);
  expect((await send(`GET subnets?subnetpool_id=${pool.id}`)).body.subnets).toHaveLength(3);
  expect(typeOf(await send(`DELETE subnetpools/${pool.id}`))).toEqual([409, 'SubnetPoolDeleteError']);
  await send(`DELETE subnets/${first.body.subnet.id}`);
  expect((await aSubnet(of)).body.subnet.cidr).toBe('10.20.0.0/24');
});

test('ranges of subnets that are made at once do not overlap', async () => {
  const pool = (await make({ prefixes: ['10.30.0.0/22'], default_prefixlen: 24 })).body.subnetpool;
  const networks = await Promise.all(Array.from({ length: 6 }, () => send('POST networks', { network: {} })));
  const answers = await Promise.all(
    networks.map(({ body }) => aSubnet({ network_id: body.network.id, subnetpool_id: pool.id })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 409, 409]);
  expect(answers.flatMap(({ body }) => body.subnet?.cidr ?? []).sort()).toEqual(
    [0, 1, 2, 3].map((n) => `10.30.${n}.0/24`),
  );
});

test('a network has subnets of one version of one pool', async () => {
  const pool = (await make({ prefixes: ['10.40.0.0/16'], default_prefixlen: 24 })).body.subnetpool;
  expect((await aSubnet({ subnetpool_id: pool.id })).status).toBe(201);
  expect(typeOf(await aSubnet({ cidr: '10.41.0.0/24' }))).toEqual([400, 'NetworkSubnetPoolAffinityError']);
  expect((await aSubnet({ ip_version: 6, cidr: 'fd00::/64' })).status).toBe(201);
});

test('of pools that several requests make the default at once, one is it', async () => {
  const own = (at: number) => ({ prefixes: [`10.${60 + at}.0.0/16`] });
  const plain = await Promise.all(
    [0, 1, 2, 3].map(async (at) => (await make(own(at), front.admin)).body.subnetpool.id),
  );
  const answers = await Promise.all([
    ...plain.map((id) => send(`PUT subnetpools/${id}`, { subnetpool: { is_default: true } }, front.admin)),
    ...[4, 5, 6, 7].map((at) => make({ ...own(at), is_default: true }, front.admin)),
  ]);
  expect(answers.filter(({ status }) => status >= 300).map(typeOf)).toEqual(Array(7).fill([400, 'InvalidInput']));
  const { body } = await send('GET subnetpools?is_default=true', undefined, front.admin);
  expect(body.subnetpools).toHaveLength(1);
  expect((await send(`DELETE subnetpools/${body.subnetpools[0].id}`, undefined, front.admin)).status).toBe(204);
});

test('a shared pool is for every project, with a quota; the default one needs no name; an admin makes both', async () => {
  const prefixes = ['10.50.0.0/16'];
  expect((await make({ prefixes, shared: true })).status).toBe(403);
  expect((await make({ prefixes, is_default: true })).status).toBe(403);
  expect(typeOf(await aSubnet({ use_default_subnetpool: true }))).toEqual([400, 'BadRequest']);
  const given = { prefixes, shared: true, is_default: true, default_prefixlen: 24, default_quota: 256 };
  const pool = (await make(given, front.admin)).body.subnetpool;
  expect(pool).toMatchObject({ shared: true, is_default: true, default_quota: 256 });
  expect(typeOf(await make({ ...given, prefixes: ['10.51.0.0/16'] }, front.admin))).toEqual([400, 'InvalidInput']);
  expect((await send(`GET subnetpools/${pool.id}`)).status).toBe(200);
  expect((await send(`PUT subnetpools/${pool.id}`, { subnetpool: { name: 'mine' } })).status).toBe(403);
  const made = await aSubnet({ use_default_subnetpool: true });
  expect(made.body.subnet).toMatchObject({ cidr: '10.50.0.0/24', subnetpool_id: pool.id });
  expect(typeOf(await aSubnet({ use_default_subnetpool: true, prefixlen: 28 }))).toEqual([
    ...[409, 'SubnetPoolQuotaExceeded'],
  ]);
  expect(typeOf(await aSubnet({ use_default_subnetpool: true, subnetpool_id: pool.id }))).toEqual([400, 'BadRequest']);
});
