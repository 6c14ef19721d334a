import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { resolveNetworks } from '#platform/directory/stores/server-networks.ts';
import { createServerPorts, releaseInstancePorts } from '#platform/directory/stores/server-ports.ts';
import { aBuild } from '../../../support/a-build.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();

const post = (noun: string, item: object, token = front.demo) =>
  front.send(`POST /network/v2.0/${noun}s`, { token, body: { [noun]: item } });
const get = (path: string, token = front.demo) => front.send(`GET /network/v2.0/${path}`, { token });
const put = (noun: string, id: string, item: object, token = front.demo) =>
  front.send(`PUT /network/v2.0/${noun}s/${id}`, { token, body: { [noun]: item } });
const remove = (noun: string, id: string, token = front.demo) =>
  front.send(`DELETE /network/v2.0/${noun}s/${id}`, { token });

let networkId: string;
beforeEach(async () => {
  networkId = (await post('network', { name: 'n' })).body.network.id;
});
const aSubnet = (rest: object = {}, token = front.demo) =>
  post('subnet', { network_id: networkId, ip_version: 4, cidr: '10.0.0.0/24', ...rest }, token);

test('a network, its subnet and a port: made, shown, changed, deleted in order', async () => {
  const subnet = await aSubnet({ dns_nameservers: ['9.9.9.9'] });
  expect([subnet.status, subnet.body.subnet]).toMatchObject([
    201,
    { gateway_ip: '10.0.0.1', allocation_pools: [{ start: '10.0.0.2', end: '10.0.0.254' }], enable_dhcp: true },
  ]);
  expect((await get(`networks/${networkId}`)).body.network.subnets).toEqual([subnet.body.subnet.id]);
  const port = (await post('port', { network_id: networkId, name: 'p' })).body.port;
  expect(port).toMatchObject({
    fixed_ips: [{ subnet_id: subnet.body.subnet.id, ip_address: '10.0.0.2' }],
    mac_address: expect.stringMatching(/^fa:16:3e:/),
    status: 'DOWN',
  });
  expect(port.security_groups).toHaveLength(1);
  expect((await remove('network', networkId)).body.NeutronError.type).toBe('NetworkInUse');
  expect((await remove('subnet', subnet.body.subnet.id)).body.NeutronError.type).toBe('SubnetInUse');
  expect((await put('port', port.id, { name: 'q', fixed_ips: [{ ip_address: '10.0.0.9' }] })).body.port).toMatchObject({
    name: 'q',
    fixed_ips: [{ ip_address: '10.0.0.9' }],
  });
  expect((await post('port', { network_id: networkId })).body.port.fixed_ips[0].ip_address).toBe('10.0.0.2');
  expect((await remove('port', port.id)).status).toBe(204);
  expect((await get(`ports/${port.id}`)).body.NeutronError.type).toBe('PortNotFound');
  const [left] = (await get(`ports?network_id=${networkId}`)).body.ports;
  expect((await remove('port', left.id)).status).toBe(204);
  expect((await remove('network', networkId)).status).toBe(204);
  expect((await get(`subnets/${subnet.body.subnet.id}`)).status).toBe(404);
});

test.each([
  [{ cidr: '10.0.0.0/33' }, 400, "'10.0.0.0/33' is not a valid IP subnet"],
  [{ ip_version: 6 }, 400, "does not match the ip_version '6'"],
  [{ ip_version: 5 }, 400, 'subnet.ip_version'],
  [{ gateway_ip: '10.1.0.1' }, 400, 'Gateway is not valid on subnet'],
  [{ gateway_ip: '10.0.0.0' }, 400, 'Gateway is not valid on subnet'],
  [{ gateway_ip: '10.0.0.255' }, 400, 'Gateway is not valid on subnet'],
  [{ gateway_ip: '127.0.0.1' }, 400, 'Gateway is not valid on subnet'],
  [{ gateway_ip: '169.254.169.254' }, 400, 'Gateway is not valid on subnet'],
  [{ gateway_ip: 'x' }, 400, 'gateway_ip'],
  [{ cidr: '127.0.0.0/24' }, 400, 'Loopback IP subnet is not supported'],
  [{ cidr: '224.1.0.0/24' }, 400, 'Multicast IP subnet is not supported'],
  [{ cidr: '169.254.169.0/24' }, 400, 'Link-local IP subnet is not supported'],
  [{ cidr: '100.64.0.0/16' }, 400, 'overlaps with 100.64.0.0/30, which the hosts use'],
  [{ ip_version: 6, cidr: 'fe80::/64' }, 400, 'Link-local IP subnet is not supported'],
  [
    { gateway_ip: '10.0.0.9', allocation_pools: [{ start: '10.0.0.5', end: '10.0.0.20' }] },
    409,
    'conflicts with allocation pool',
  ],
  [
    { allocation_pools: [{ start: '10.0.0.20', end: '10.0.0.5' }] },
    400,
    'allocation pool 10.0.0.20-10.0.0.5 is not valid',
  ],
  [{ allocation_pools: [{ start: '10.0.1.2', end: '10.0.1.5' }] }, 400, 'spans beyond the subnet'],
  [{ dns_nameservers: ['x'] }, 400, 'dns_nameservers'],
  [{ colour: 'red' }, 400, "Unrecognized attribute(s) 'colour'"],
])('a subnet with %j is refused', async (rest, status, words) => {
  const answer = await aSubnet(rest);
  expect([answer.status, answer.body.NeutronError.message]).toEqual([status, expect.stringContaining(words)]);
});

test.each([
  [4, '10.99.99.0/16', '10.99.0.0/16', '10.99.0.1', { start: '10.99.0.2', end: '10.99.255.254' }],
  [4, '10.0.0.255/24', '10.0.0.0/24', '10.0.0.1', { start: '10.0.0.2', end: '10.0.0.254' }],
  [6, 'FD00:7::9:1/64', 'fd00:7::/64', 'fd00:7::1', { start: 'fd00:7::2', end: 'fd00:7::ffff:ffff:ffff:ffff' }],
] as const)('a subnet of version %i with %s has the range %s', async (ip_version, given, cidr, gateway_ip, pool) => {
  const made = await aSubnet({ ip_version, cidr: given });
  expect([made.status, made.body.subnet]).toMatchObject([201, { cidr, gateway_ip, allocation_pools: [pool] }]);
  expect((await get(`subnets/${made.body.subnet.id}`)).body.subnet.cidr).toBe(cidr);
  expect((await get(`subnets?network_id=${networkId}&cidr=${given}`)).body.subnets).toHaveLength(1);
  expect((await post('port', { network_id: networkId })).body.port.fixed_ips[0].ip_address).toBe(pool.start);
  // What overlaps, and what is reserved, is judged by the range too.
  const again = await aSubnet({ ip_version, cidr });
  expect(again.body.NeutronError?.message).toContain('overlaps with another subnet');
  const reserved = await aSubnet(ip_version === 4 ? { cidr: '126.9.9.9/7' } : { ip_version, cidr: 'fe90::1/9' });
  expect(reserved.status).toBe(400);
});

test('subnets of one network do not overlap, also when made at once', async () => {
  const both = await Promise.all([aSubnet(), aSubnet({ cidr: '10.0.0.128/25' })]);
  expect(both.map((answer) => answer.status).sort()).toEqual([201, 400]);
});

test('an address is given once; those of the gateway and the hosts are not given', async () => {
  await aSubnet();
  const requested = (ip_address: string) => post('port', { network_id: networkId, fixed_ips: [{ ip_address }] });
  const answers = await Promise.all(Array.from({ length: 5 }, () => requested('10.0.0.77')));
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409, 409]);
  expect(answers.find((answer) => answer.status === 409)?.body.NeutronError.type).toBe('IpAddressAlreadyAllocated');
  expect((await requested('10.0.0.1')).status).toBe(400);
  expect((await requested('10.0.0.254')).status).toBe(409);
  expect((await requested('10.9.0.1')).body.NeutronError.type).toBe('InvalidIpForSubnet');
});

test('a full subnet says so', async () => {
  await aSubnet({ cidr: '10.0.0.0/29' });
  const answers = await Promise.all(Array.from({ length: 6 }, () => post('port', { network_id: networkId })));
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 201, 201, 201, 409, 409]);
  expect(answers.find((answer) => answer.status === 409)?.body.NeutronError.type).toBe('IpAddressGenerationFailure');
});

test('pools can be changed; addresses in use stay with their ports', async () => {
  const { id } = (await aSubnet()).body.subnet;
  await post('port', { network_id: networkId, fixed_ips: [{ ip_address: '10.0.0.100' }] });
  const changed = await put('subnet', id, { allocation_pools: [{ start: '10.0.0.100', end: '10.0.0.102' }] });
  expect(changed.body.subnet.allocation_pools).toEqual([{ start: '10.0.0.100', end: '10.0.0.102' }]);
  const next = await Promise.all([1, 2].map(() => post('port', { network_id: networkId })));
  expect(next.map((answer) => answer.body.port.fixed_ips[0].ip_address).sort()).toEqual(['10.0.0.101', '10.0.0.102']);
  expect((await post('port', { network_id: networkId })).status).toBe(409);
  expect((await put('subnet', id, { gateway_ip: '10.0.0.100' })).status).toBe(409);
});

test('version 6: addresses from the front, written short', async () => {
  await aSubnet();
  await aSubnet({ ip_version: 6, cidr: 'fd00:1::/64' });
  const port = (await post('port', { network_id: networkId })).body.port;
  expect(port.fixed_ips.map((ip: { ip_address: string }) => ip.ip_address)).toEqual(['10.0.0.2', 'fd00:1::2']);
});

test('whose network it is decides what others may do', async () => {
  await aSubnet();
  expect((await get(`networks/${networkId}`, front.outsider)).status).toBe(404);
  expect((await post('network', { shared: true })).body.NeutronError).toMatchObject({
    type: 'PolicyNotAuthorized',
    message: expect.stringContaining('rule:create_network:shared is disallowed by policy'),
  });
  expect((await put('network', networkId, { shared: true }, front.admin)).body.network.shared).toBe(true);
  expect((await get(`networks/${networkId}`, front.outsider)).body.network).not.toHaveProperty('provider:network_type');
  expect((await put('network', networkId, { name: 'taken' }, front.outsider)).status).toBe(403);
  expect((await aSubnet({ cidr: '10.5.0.0/24' }, front.outsider)).status).toBe(403);
  const port = await post('port', { network_id: networkId }, front.outsider);
  expect(port.status).toBe(201);
  const chosen = { network_id: networkId, fixed_ips: [{ ip_address: '10.0.0.50' }] };
  expect((await post('port', chosen, front.outsider)).status).toBe(403);
  expect((await get('ports', front.outsider)).body.ports).toHaveLength(1);
  expect((await get(`ports?network_id=${networkId}`)).body.ports).toHaveLength(1);
});

test('segments: what each type needs, and no two networks on one', async () => {
  const segment = (type: string, physical: string | null, id: number | null) =>
    post(
      'network',
      { 'provider:network_type': type, 'provider:physical_network': physical, 'provider:segmentation_id': id },
      front.admin,
    );
  expect((await segment('vlan', 'p1', 100)).status).toBe(201);
  expect((await segment('vlan', 'p1', 100)).status).toBe(409);
  expect((await segment('vlan', 'p2', 100)).status).toBe(201);
  expect((await segment('vlan', null, 101)).status).toBe(400);
  expect((await segment('vlan', 'p1', 5000)).status).toBe(400);
  expect((await segment('vxlan', null, 7)).body.network).toMatchObject({ 'provider:physical_network': null });
  expect((await segment('vxlan', null, 7)).status).toBe(409);
  expect((await segment('flat', null, 7)).status).toBe(400);
});

test('a network reaches all hosts unless it is external: it gets a VXLAN segment of its own, also from many at once', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => post('network', {})));
  const ids = made.map(({ body }) => body.network.id);
  const { body } = await get(`networks?${ids.map((id) => `id=${id}`).join('&')}`, front.admin);
  expect(body.networks).toHaveLength(20);
  for (const network of body.networks)
    expect(network).toMatchObject({ 'provider:network_type': 'vxlan', 'provider:physical_network': null, mtu: 1450 });
  expect(new Set(body.networks.map((one: object) => Object(one)['provider:segmentation_id'])).size).toBe(20);
  expect((await post('network', { 'router:external': true }, front.admin)).body.network).toMatchObject({
    ...{ 'provider:network_type': 'flat', 'provider:segmentation_id': null, mtu: 1500 },
  });
  expect((await post('network', { 'provider:physical_network': 'p3' }, front.admin)).body.network).toMatchObject({
    'provider:network_type': 'flat',
  });
});

test('a VLAN that is asked for without a number is a free one, and 409 when none is', async () => {
  const vlan = { 'provider:network_type': 'vlan', 'provider:physical_network': 'full' };
  const first = (await post('network', vlan, front.admin)).body.network['provider:segmentation_id'];
  const others = Array.from({ length: 4_094 }, (_, at) => at + 1).filter((id) => id !== first);
  const last = others.pop();
  const row = await front.directory.read
    .selectFrom('networks')
    .selectAll()
    .where('id', '=', networkId)
    .executeTakeFirstOrThrow();
  await front.directory.write
    .insertInto('networks')
    .values(
      others.map((id) => ({
        ...{
          ...row,
          id: randomUUID(),
          project_id: 'others',
          segment_type: 'vlan' as const,
          physical_network: 'full',
          segment_id: id,
        },
      })),
    )
    .execute();
  expect((await post('network', vlan, front.admin)).body.network['provider:segmentation_id']).toBe(last);
  const full = await post('network', vlan, front.admin);
  expect(full.status).toBe(409);
  expect(full.body.NeutronError.message).toContain('No vlan segment is free on physical network full');
});

test('lists: filters, fields, pages both ways', async () => {
  const description = `d-${networkId}`;
  const made = await front.send('POST /network/v2.0/networks', {
    token: front.demo,
    body: { networks: ['a', 'b', 'c'].map((name) => ({ name, description })) },
  });
  expect(made.body.networks).toHaveLength(3);
  const list = async (query: string) => (await get(`networks?description=${description}&${query}`)).body;
  expect((await list('name=a&name=c&sort_key=name&sort_dir=desc&fields=name')).networks).toEqual([
    { name: 'c' },
    { name: 'a' },
  ]);
  expect((await list('shared=true')).networks).toEqual([]);
  const first = await list('sort_key=name&sort_dir=asc&limit=2&fields=name&fields=id');
  expect(first.networks.map((network: { name: string }) => network.name)).toEqual(['a', 'b']);
  const [next] = first.networks_links;
  const second = await front.send(`GET ${next.href.replace('http://api.test', '')}`, { token: front.demo });
  expect(second.body.networks.map((network: { name: string }) => network.name)).toEqual(['c']);
  const [, back = second.body.networks_links[0]] = second.body.networks_links;
  expect(back.rel).toBe('previous');
  const again = await front.send(`GET ${back.href.replace('http://api.test', '')}`, { token: front.demo });
  expect(again.body.networks.map((network: { name: string }) => network.name)).toEqual(['a', 'b']);
  for (const query of ['limit=x', 'admin_state_up=perhaps', 'sort_key=colour&sort_dir=asc', 'marker=none']) {
    expect((await get(`networks?${query}`)).status).toBe(400);
  }
});

test('what a server has plugged cannot be deleted or moved; it is free when the server is gone', async () => {
  await aSubnet();
  const own = (await post('port', { network_id: networkId })).body.port;
  const { projectId } = await front.deps.tokens.verify(front.demo);
  const entries = await resolveNetworks(front.directory.read, { projectId, isAdmin: false }, [
    { networkId: null, portId: own.id, fixedIp: null, tag: 'net0' },
    { networkId, portId: null, fixedIp: null, tag: null },
  ]);
  const instanceUuid = '11111111-2222-4333-8444-555555555555';
  const request = {
    projectId,
    instanceUuids: [instanceUuid],
    entries,
    securityGroupIds: [],
    now: '2026-01-01T00:00:00.000Z',
  };
  const [ports = []] = await front.directory.transaction((tx) => createServerPorts(tx, request));
  expect(ports.map((port) => [port.preserveOnDelete, port.tag, port.fixedIps[0]?.address])).toEqual([
    [true, 'net0', '10.0.0.2'],
    [false, null, '10.0.0.3'],
  ]);
  expect((await get(`ports?device_id=${instanceUuid}`)).body.ports).toHaveLength(2);
  expect((await remove('port', own.id)).status).toBe(409);
  expect((await put('port', own.id, { mac_address: 'fa:16:3e:00:00:99' })).status).toBe(409);
  await expect(front.directory.transaction((tx) => createServerPorts(tx, request))).rejects.toMatchObject({
    kind: 'conflict',
  });
  await front.directory.transaction((tx) => releaseInstancePorts(tx, instanceUuid));
  expect((await get(`ports?network_id=${networkId}`)).body.ports.map((port: { id: string }) => port.id)).toEqual([
    own.id,
  ]);
  expect((await remove('port', own.id)).status).toBe(204);
});

test("only the servers' API makes a port a server's; an admin deletes one whose server is nowhere", async () => {
  const device = { device_id: '11111111-2222-4333-8444-666666666666', device_owner: 'compute:nova' };
  const refused = await post('port', { network_id: networkId, ...device });
  expect([refused.status, refused.body.NeutronError.message]).toEqual([
    403,
    expect.stringContaining('rule:create_port:device_owner is disallowed by policy'),
  ]);
  const own = (await post('port', { network_id: networkId })).body.port;
  expect((await put('port', own.id, device)).status).toBe(403);
  expect((await put('port', own.id, { device_owner: 'mine', device_id: 'x' })).status).toBe(200);
  expect((await put('port', own.id, device, front.admin)).status).toBe(200);
  expect((await remove('port', own.id)).status).toBe(409);

  const build = aBuild({ uuid: device.device_id });
  await front.directory.transaction((tx) => acceptBuilds(tx, [build], Date.now()));
  expect((await remove('port', own.id, front.admin)).status).toBe(409);
  await front.directory.write.deleteFrom('instance_homes').where('uuid', '=', device.device_id).execute();
  expect((await remove('port', own.id, front.admin)).status).toBe(204);
});

test('quotas: Neutron limits, an admin changes them, and requests of one moment do not pass them together', async () => {
  const projectId = (await front.deps.tokens.verify(front.outsider)).projectId;
  const quota = `PUT /network/v2.0/quotas/${projectId}`;
  expect((await get(`quotas/${projectId}`, front.outsider)).body.quota).toMatchObject({
    network: 100,
    subnet: 100,
    port: 500,
    router: 10,
  });
  expect((await front.send(quota, { token: front.outsider, body: { quota: { port: -1 } } })).status).toBe(403);
  const own = (await post('network', { name: 'own' }, front.outsider)).body.network.id;
  const limits = { network: 2, subnet: 1, port: 3 };
  expect((await front.send(quota, { token: front.admin, body: { quota: limits } })).body.quota).toMatchObject(limits);
  expect((await front.send(quota, { token: front.admin, body: { quota: { colour: 1 } } })).status).toBe(400);

  const statuses = async (count: number, noun: string, item: object) => {
    const answers = await Promise.all(Array.from({ length: count }, () => post(noun, item, front.outsider)));
    const refused = answers.filter((answer) => answer.status === 409).map((answer) => answer.body.NeutronError);
    for (const error of refused) {
      expect(error).toMatchObject({ type: 'OverQuota', message: `Quota exceeded for resources: ['${noun}'].` });
    }
    return answers.map((answer) => answer.status).sort();
  };
  expect(await statuses(3, 'network', {})).toEqual([201, 409, 409]);
  const subnet = { network_id: own, ip_version: 4, cidr: '10.0.0.0/24' };
  expect(await statuses(1, 'subnet', subnet)).toEqual([201]);
  expect(await statuses(1, 'subnet', { ...subnet, cidr: '10.0.1.0/24' })).toEqual([409]);
  const before = (await get(`quotas/${projectId}/details`, front.outsider)).body.quota;
  expect(before).toMatchObject({ network: { limit: 2, used: 2 }, subnet: { limit: 1, used: 1 }, port: { limit: 3 } });
  const remaining = 3 - before.port.used;
  expect(await statuses(remaining + 3, 'port', { network_id: own })).toEqual([
    ...new Array<number>(remaining).fill(201),
    ...new Array<number>(3).fill(409),
  ]);

  expect((await get('quotas', front.admin)).body.quotas).toMatchObject([{ project_id: projectId, ...limits }]);
  expect((await front.send(`DELETE /network/v2.0/quotas/${projectId}`, { token: front.admin })).status).toBe(204);
  expect((await post('port', { network_id: own }, front.outsider)).status).toBe(201);
});

test('every project has a group default; quotas and extensions answer; what is not offered is empty', async () => {
  const groups = (await get('security-groups')).body.security_groups;
  expect(groups).toMatchObject([{ name: 'default' }]);
  expect(groups[0].security_group_rules).toHaveLength(4);
  expect((await get(`security-groups/${groups[0].id}`, front.outsider)).status).toBe(404);
  const { projectId } = await front.deps.tokens.verify(front.demo);
  expect((await get(`quotas/${projectId}`, front.outsider)).status).toBe(403);
  expect((await front.send('GET /network/')).body.versions[0].id).toBe('v2.0');
});

test.each([
  [1_400, 201],
  ['1400', 201],
  [67, 400],
  ['67', 400],
  ['65536', 400],
  ['wide', 400],
])('an MTU may be a number or its text: %j', async (mtu, status) => {
  const made = await post('network', { name: 'narrow', mtu });
  expect(made.status).toBe(status);
  if (status === 201) {
    expect(made.body.network.mtu).toBe(1_400);
    expect((await put('network', made.body.network.id, { mtu: '1399' })).body.network.mtu).toBe(1_399);
  } else expect(made.body.NeutronError.message).toContain('mtu');
});
