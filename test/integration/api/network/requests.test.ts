import { beforeAll, expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

/** What the frame of the routes does for the Networking API: filters, words of refusals, forms of addresses. */
const front = useFrontApp();
let networkId: string;
let portId: string;
let subnetId: string;

const post = (noun: string, item: object, token = front.demo) =>
  front.send(`POST /network/v2.0/${noun}s`, { token, body: { [noun]: item } });
const get = (path: string, token = front.demo) => front.send(`GET /network/v2.0/${path}`, { token });
const put = (noun: string, id: string, item: object) =>
  front.send(`PUT /network/v2.0/${noun}s/${id}`, { token: front.demo, body: { [noun]: item } });

beforeAll(async () => {
  networkId = (await post('network', { name: 'n', description: 'd' })).body.network.id;
  const cidr = { network_id: networkId, ip_version: 6, cidr: 'FD00:0:0:1::/64' };
  subnetId = (await post('subnet', cidr)).body.subnet.id;
  portId = (await post('port', { network_id: networkId, name: 'p', dns_name: 'host' })).body.port.id;
});

const NOUNS = ['networks', 'subnets', 'ports', 'security-groups', 'security-group-rules'];
const keyOf = (noun: string) => noun.replaceAll('-', '_');

test('the lists of quotas and extensions are narrowed, or the filter is refused', async () => {
  for (const project of ['one', 'two']) {
    const body = { quota: { port: 7 } };
    await front.send(`PUT /network/v2.0/quotas/${project}`, { token: front.admin, body });
  }
  expect((await get('quotas?tenant_id=two&fields=project_id', front.admin)).body.quotas).toEqual([
    { project_id: 'two' },
  ]);
  expect((await get('extensions?alias=quotas&fields=alias')).body.extensions).toEqual([{ alias: 'quotas' }]);
  expect((await get('extensions/quotas?fields=alias')).body.extension).toEqual({ alias: 'quotas' });
  for (const list of ['quotas', 'extensions']) expect((await get(`${list}?colour=red`, front.admin)).status).toBe(400);
});

test.each(NOUNS)('%s: a filter that nobody knows is refused and named', async (noun) => {
  for (const token of [front.demo, front.admin]) {
    const answer = await get(`${noun}?colour=red`, token);
    expect([answer.status, answer.body.NeutronError?.message]).toEqual([400, expect.stringContaining("'colour'")]);
  }
});

test.each(NOUNS)('%s: without tags, filters by tags find none or all', async (noun) => {
  const all = (await get(noun)).body[keyOf(noun)].length;
  expect(all).toBeGreaterThan(0);
  for (const filter of ['tags', 'tags-any']) expect((await get(`${noun}?${filter}=x`)).body[keyOf(noun)]).toEqual([]);
  for (const filter of ['not-tags', 'not-tags-any']) {
    expect((await get(`${noun}?${filter}=x`)).body[keyOf(noun)]).toHaveLength(all);
  }
});

/** What is shown but no text, number or boolean; lists and objects have no one value to compare with. */
const STRUCTURED = [
  ...['subnets', 'tags', 'availability_zone_hints', 'availability_zones', 'allocation_pools', 'dns_nameservers'],
  ...['host_routes', 'service_types', 'fixed_ips', 'security_groups', 'dns_assignment', 'allowed_address_pairs'],
  ...['extra_dhcp_opts', 'binding:vif_details', 'binding:profile', 'security_group_rules'],
];

/** Shown, but found out from the pools of the subnets: to filter by them would be to read all networks. */
const NO_FILTERS = ['ipv4_address_scope', 'ipv6_address_scope'];

test.each(NOUNS)(
  '%s: each attribute that is shown filters; its own value finds the row, another does not',
  async (noun) => {
    const [row] = (await get(noun, front.admin)).body[keyOf(noun)];
    for (const [name, value] of Object.entries(row)) {
      if (STRUCTURED.includes(name) || NO_FILTERS.includes(name)) continue;
      const other =
        typeof value === 'boolean'
          ? !value
          : typeof value === 'number'
            ? value + 1
            : name === 'provider:segmentation_id' || name.startsWith('port_range_')
              ? 9
              : name.endsWith('_at')
                ? '2000-01-01T00:00:00Z'
                : 'another';
      const found = async (filter: unknown) => {
        const answer = await get(
          `${noun}?id=${row.id}&${encodeURIComponent(name)}=${encodeURIComponent(String(filter))}`,
          front.admin,
        );
        expect(answer.status, `${name}=${filter}: ${answer.text}`).toBe(200);
        return answer.body[keyOf(noun)].length;
      };
      if (value !== null) expect(await found(value), name).toBe(1);
      if (name !== 'id') expect(await found(other), name).toBe(0);
    }
  },
);

test('lists are sorted by when things were made, and paged so', async () => {
  const description = 'one after the other';
  for (const name of ['z', 'y', 'x']) await post('network', { name, description });
  const names = (body: { networks: { name: string }[] }) => body.networks.map(({ name }) => name);
  const query = `networks?description=${encodeURIComponent(description)}&sort_key=created_at&sort_dir=asc`;
  expect(names((await get(query)).body)).toEqual(['z', 'y', 'x']);
  const first = (await get(`${query}&limit=2`)).body;
  const [next] = first.networks_links;
  const second = await front.send(`GET ${next.href.replace('http://api.test', '')}`, { token: front.demo });
  expect([names(first), names(second.body)]).toEqual([['z', 'y'], ['x']]);
});

test('ports by where they are plugged, by group, by address in any form', async () => {
  const ports = async (query: string) => (await get(`ports?${query}`, front.admin)).body.ports;
  const [port] = await ports(`id=${portId}`);
  expect(await ports('binding:host_id=host-1')).toEqual([]);
  expect(await ports(`id=${portId}&security_groups=${port.security_groups[0]}`)).toHaveLength(1);
  expect(await ports('security_groups=none')).toEqual([]);
  const long = port.fixed_ips[0].ip_address.replace('fd00:0:0:1::', 'FD00:0000:0:1:0:0:0:');
  expect(long).not.toBe(port.fixed_ips[0].ip_address);
  expect(await ports(`fixed_ips=ip_address=${long}`)).toHaveLength(1);
  expect(await ports(`fixed_ips=subnet_id=${subnetId}`)).toHaveLength(1);
  expect(await ports(`mac_address=${port.mac_address.toUpperCase()}`)).toHaveLength(1);
  expect((await get('ports?fixed_ips=colour=red')).status).toBe(400);
});

test('text outside ASCII in filters and ids finds nothing', async () => {
  for (const noun of NOUNS) expect((await get(`${noun}?id=%C3%BC`)).body[keyOf(noun)]).toEqual([]);
  for (const noun of NOUNS) expect((await get(`${noun}/%C3%BC`)).status).toBe(404);
});

test('an empty id is no thing', async () => {
  for (const noun of [...NOUNS, 'quotas', 'extensions']) expect((await get(`${noun}/`)).status).toBe(404);
});

test('security groups: sorted, and in pages', async () => {
  const list = async (query: string) => (await get(`security-group-rules?fields=direction&fields=id&${query}`)).body;
  const all = (await list('sort_key=direction&sort_dir=desc')).security_group_rules;
  expect(all.map((rule: { direction: string }) => rule.direction)).toEqual(['ingress', 'ingress', 'egress', 'egress']);
  const first = await list('sort_key=direction&sort_dir=desc&limit=3');
  expect(first.security_group_rules).toEqual(all.slice(0, 3));
  const [next] = first.security_group_rules_links;
  const second = await front.send(`GET ${next.href.replace('http://api.test', '')}`, { token: front.demo });
  expect(second.body.security_group_rules).toEqual(all.slice(3));
  expect((await list('marker=none')).NeutronError.message).toContain('marker');
});

test('addresses are stored and shown in canonical form', async () => {
  const changed = await put('subnet', subnetId, {
    dns_nameservers: ['FD00:0000:0:0001::0001', '2001:DB8::1.2.3.4'],
    host_routes: [{ destination: 'FD00:1:0:0::1/48', nexthop: 'FD00:0:0:1:0::9' }],
    gateway_ip: 'FD00:0:0:1:0:0:0:0001',
  });
  const canonical = {
    cidr: 'fd00:0:0:1::/64',
    dns_nameservers: ['fd00:0:0:1::1', '2001:db8::102:304'],
    host_routes: [{ destination: 'fd00:1::/48', nexthop: 'fd00:0:0:1::9' }],
    gateway_ip: 'fd00:0:0:1::1',
  };
  expect(changed.body.subnet).toMatchObject(canonical);
  expect((await get(`subnets/${subnetId}`)).body.subnet).toMatchObject(canonical);
  expect((await get('subnets?gateway_ip=FD00:0:0:1:0:0:0:1')).body.subnets).toHaveLength(1);
  expect((await get('subnets?cidr=FD00:0:0:1:0::/64')).body.subnets).toHaveLength(1);
});

test('addresses of pools and ports are in canonical form, whatever form was asked for', async () => {
  const pool = { start: 'FD00:0:0:1:0:0:0:0010', end: 'FD00:0000:0:1::00FF' };
  const pools = (await put('subnet', subnetId, { allocation_pools: [pool] })).body.subnet.allocation_pools;
  expect(pools).toEqual([{ start: 'fd00:0:0:1::10', end: 'fd00:0:0:1::ff' }]);
  const ip_address = 'FD00:0000:0000:0001:0000:0000:0.0.0.200';
  const made = await post('port', { network_id: networkId, fixed_ips: [{ ip_address }] });
  expect(made.body.port?.fixed_ips).toEqual([{ subnet_id: subnetId, ip_address: 'fd00:0:0:1::c8' }]);
  const { id } = made.body.port;
  const moved = await put('port', id, { fixed_ips: [{ ip_address: ip_address.replace('200', '201') }] });
  expect(moved.body.port?.fixed_ips).toEqual([{ subnet_id: subnetId, ip_address: 'fd00:0:0:1::c9' }]);
  expect((await post('port', { network_id: networkId, fixed_ips: [{ ip_address: 'FD00::1:0:0:0:C9' }] })).status).toBe(
    409,
  );
});

test('a body without a content type is JSON', async () => {
  const body = Buffer.from(JSON.stringify({ network: { name: 'bare' } }));
  const answer = await front.send('POST /network/v2.0/networks', { token: front.demo, body });
  expect([answer.status, answer.body.network?.name]).toEqual([201, 'bare']);
});

test('lengths count code points', async () => {
  const name = '😀'.repeat(255);
  expect((await post('network', { name })).body.network.name).toBe(name);
  expect((await post('network', { name: `${name}😀` })).status).toBe(400);
});

test('a refusal names the path and quotes little of the value', async () => {
  const wrong = { network_id: networkId, ip_version: 4, cidr: '10.0.0.0/24' };
  const said = async (noun: string, item: object) => {
    const answer = await post(noun, item);
    expect(answer.status).toBe(400);
    return answer.body.NeutronError.message;
  };
  expect(await said('subnet', { ...wrong, allocation_pools: [{ start: '10.0.0.9', end: 7 }] })).toContain(
    "'subnet.allocation_pools[0].end'",
  );
  expect(await said('port', { network_id: networkId, fixed_ips: [{ ip_address: '10.0.0.9', colour: 1 }] })).toContain(
    "'colour' in 'port.fixed_ips[0]'",
  );
  const text = 'x'.repeat(5_000);
  for (const [noun, item, path] of [
    ['network', { name: text }, 'network.name'],
    ['subnet', { ...wrong, cidr: text }, 'subnet.cidr'],
    ['subnet', { ...wrong, gateway_ip: text }, 'subnet.gateway_ip'],
    ['subnet', { ...wrong, dns_nameservers: ['9.9.9.9', text] }, 'subnet.dns_nameservers[1]'],
    ['subnet', { ...wrong, allocation_pools: [{ start: '10.0.0.9', end: text }] }, 'subnet.allocation_pools[0].end'],
    ['subnet', { ...wrong, host_routes: [{ destination: text, nexthop: '10.0.0.9' }] }, 'host_routes[0].destination'],
    ['port', { network_id: networkId, fixed_ips: [{ ip_address: text }] }, 'port.fixed_ips[0].ip_address'],
    ['port', { network_id: networkId, mac_address: text }, 'port.mac_address'],
  ] as const) {
    const long = await said(noun, item);
    expect(long).toContain(path);
    expect(long.length).toBeLessThan(400);
  }
});

test('a body of many nested arrays is refused', async () => {
  for (const body of [
    `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    `{"network":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_001)}`,
  ]) {
    const answer = await front.send('POST /network/v2.0/networks', {
      token: front.demo,
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.body.NeutronError.type]).toEqual([400, 'BadRequest']);
  }
});

test('text longer than its column is refused', async () => {
  const long = 'x'.repeat(300);
  expect(
    (await post('network', { 'provider:physical_network': long, 'provider:network_type': 'flat' }, front.admin)).status,
  ).toBe(400);
  expect((await post('network', { project_id: long }, front.admin)).status).toBe(400);
  expect((await post('port', { network_id: long })).status).toBe(400);
  const quota = `PUT /network/v2.0/quotas/${long}`;
  expect((await front.send(quota, { token: front.admin, body: { quota: { port: 1 } } })).status).toBe(400);
  expect((await get(`security-groups?project_id=${long}`, front.admin)).body.security_groups).toEqual([]);
});
