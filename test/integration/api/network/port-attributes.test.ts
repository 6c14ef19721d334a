import { beforeAll, describe, expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

/** Address pairs, DHCP options and what else ports show. */
const front = useFrontApp();
let networkId: string;
const send = (path: string, body?: object, token = front.demo) =>
  front.send(path, { token, ...(body === undefined ? {} : { body }) });
const create = (port: object, token?: string) =>
  send('POST /network/v2.0/ports', { port: { network_id: networkId, ...port } }, token);
const refusal = ({ status, body }: Awaited<ReturnType<typeof create>>) => [status, body.NeutronError?.type];

beforeAll(async () => {
  networkId = (await send('POST /network/v2.0/networks', { network: { name: 'n' } })).body.network.id;
  await send('POST /network/v2.0/subnets', { subnet: { network_id: networkId, ip_version: 4, cidr: '10.0.0.0/24' } });
});

describe('allowed address pairs', () => {
  test('are kept in one form, with the MAC of the port where none is given', async () => {
    const mac = 'fa:16:3e:12:34:56';
    const pairs = [{ ip_address: '10.0.0.200' }, { ip_address: '10.9.1.7/16', mac_address: '00:00:5E:00:01:05' }];
    const { body } = await create({
      mac_address: mac,
      allowed_address_pairs: [...pairs, { ip_address: 'FD00::1/128' }],
    });
    expect(body.port.allowed_address_pairs).toEqual([
      { ip_address: '10.0.0.200', mac_address: mac },
      { ip_address: '10.9.0.0/16', mac_address: '00:00:5e:00:01:05' },
      { ip_address: 'fd00::1', mac_address: mac },
    ]);
    const cleared = await send(`PUT /network/v2.0/ports/${body.port.id}`, { port: { allowed_address_pairs: [] } });
    expect(cleared.body.port).toMatchObject({
      allowed_address_pairs: [],
      revision_number: body.port.revision_number + 1,
    });
  });

  test.each([
    ['the same twice', [{ ip_address: '10.0.0.5' }, { ip_address: '10.0.0.5/32' }], 'DuplicateAddressPairInRequest'],
    ['eleven', Array.from({ length: 11 }, (_, at) => ({ ip_address: `10.0.0.${at}` })), 'AllowedAddressPairExhausted'],
    ['no address', [{ mac_address: 'fa:16:3e:00:00:01' }], 'AllowedAddressPairsMissingIP'],
    ['no such address', [{ ip_address: '10.0.0.300' }], 'InvalidInput'],
    ['a MAC of many', [{ ip_address: '10.0.0.5', mac_address: '01:00:5e:00:00:01' }], 'InvalidInput'],
    ['a MAC of gateways', [{ ip_address: '10.0.0.5', mac_address: '0e:00:00:00:00:01' }], 'InvalidInput'],
  ])('are refused: %s', async (_what, allowed_address_pairs, type) => {
    expect(refusal(await create({ allowed_address_pairs }))).toEqual([400, type]);
  });

  test('need port security, when they come and as long as they are there', async () => {
    const allowed_address_pairs = [{ ip_address: '10.0.0.5' }];
    const off = { port_security_enabled: false, security_groups: [] };
    const conflict = [409, 'AddressPairAndPortSecurityRequired'];
    expect(refusal(await create({ ...off, allowed_address_pairs }))).toEqual(conflict);
    const { id } = (await create({ allowed_address_pairs })).body.port;
    const put = (port: object) => send(`PUT /network/v2.0/ports/${id}`, { port });
    expect(refusal(await put(off))).toEqual(conflict);
    expect((await put({ ...off, allowed_address_pairs: [] })).status).toBe(200);
  });

  test('are chosen by the project of the network', async () => {
    const shared = (await send('POST /network/v2.0/networks', { network: { name: 's', shared: true } }, front.admin))
      .body;
    const port = { network_id: shared.network.id, allowed_address_pairs: [{ ip_address: '10.0.0.5' }] };
    expect((await create(port)).status).toBe(403);
    expect((await create(port, front.admin)).status).toBe(201);
  });
});

describe('extra DHCP options', () => {
  test('are added, replaced and removed one by one', async () => {
    const { port } = (
      await create({
        extra_dhcp_opts: [
          { opt_name: 'bootfile-name', opt_value: 'pxelinux.0' },
          { opt_name: 'dns-server', opt_value: '2001:db8::1', ip_version: 6 },
        ],
      })
    ).body;
    expect(port.extra_dhcp_opts).toEqual([
      { opt_name: 'bootfile-name', opt_value: 'pxelinux.0', ip_version: 4 },
      { opt_name: 'dns-server', opt_value: '2001:db8::1', ip_version: 6 },
    ]);
    const put = async (extra_dhcp_opts: object[]) =>
      (await send(`PUT /network/v2.0/ports/${port.id}`, { port: { extra_dhcp_opts } })).body.port.extra_dhcp_opts;
    expect(await put([{ opt_name: 'bootfile-name', opt_value: 'ipxe' }])).toContainEqual({
      ...{ opt_name: 'bootfile-name', opt_value: 'ipxe', ip_version: 4 },
    });
    expect(await put([{ opt_name: 'bootfile-name', opt_value: null }])).toEqual([
      { opt_name: 'dns-server', opt_value: '2001:db8::1', ip_version: 6 },
    ]);
  });

  test.each([
    ['bootfile-name', 'a\ndhcp-script=/bin/sh', 4],
    ['bootfile-name', 'a"b', 4],
    ['bootfile-name', 'a\\b', 4],
    ['bootfile-name', 'a#b', 4],
    ['bootfile-name', '', 4],
    ['lease-time', '1', 4],
    ['server-identifier', '10.0.0.9', 4],
    ['54', '10.0.0.9', 4],
    ['067', 'x', 4],
    ['tag:x,option:router', '10.0.0.9', 4],
    ['__proto__', 'x', 4],
    ['router', '10.0.0.9', 6],
  ])('refuses %s=%j of version %i', async (opt_name, opt_value, ip_version) => {
    const { status, body } = await create({ extra_dhcp_opts: [{ opt_name, opt_value, ip_version }] });
    expect([status, body.NeutronError.message]).toEqual([400, expect.stringContaining('extra_dhcp_opts')]);
  });
});

test('a port shows its names and its uplink', async () => {
  const { port } = (await create({ fixed_ips: [{ ip_address: '10.0.0.42' }], propagate_uplink_status: false })).body;
  expect(port).toMatchObject({
    dns_assignment: [{ ip_address: '10.0.0.42', hostname: 'host-10-0-0-42', fqdn: 'host-10-0-0-42' }],
    propagate_uplink_status: false,
  });
  const named = await send(`PUT /network/v2.0/ports/${port.id}`, { port: { dns_name: 'db' } });
  expect(named.body.port.dns_assignment[0].hostname).toBe('db');
});

describe('names in DNS', () => {
  const NETWORKS = '/network/v2.0/networks';
  const aNetwork = (network: object) => send(`POST ${NETWORKS}`, { network });
  const aPort = (network_id: string, port: object) =>
    send('POST /network/v2.0/ports', { port: { network_id, ...port } });

  test('a port has the name that it was given in the domain of its network', async () => {
    const network = (await aNetwork({ dns_domain: 'example.org.' })).body.network;
    expect(network.dns_domain).toBe('example.org.');
    const { id } = network;
    const subnet = { network_id: id, ip_version: 4, cidr: '10.4.0.0/24' };
    await send('POST /network/v2.0/subnets', { subnet });
    const fixed_ips = [{ ip_address: '10.4.0.42' }];
    const { port } = (await aPort(id, { dns_name: 'db', fixed_ips })).body;
    const assigned = (hostname: string, fqdn: string) => [{ ip_address: '10.4.0.42', hostname, fqdn }];
    expect(port).toMatchObject({ dns_name: 'db', dns_assignment: assigned('db', 'db.example.org.') });
    const unnamed = await send(`PUT /network/v2.0/ports/${port.id}`, { port: { dns_name: '' } });
    const own = 'host-10-4-0-42';
    expect(unnamed.body.port.dns_assignment).toEqual(assigned(own, `${own}.example.org.`));
    expect((await send(`GET ${NETWORKS}?dns_domain=example.org.&fields=id`)).body.networks).toEqual([{ id }]);
    const without = await send(`PUT ${NETWORKS}/${id}`, { network: { dns_domain: '' } });
    expect(without.body.network.dns_domain).toBe('');
    const listed = await send(`GET /network/v2.0/ports?id=${port.id}&fields=dns_assignment`);
    expect(listed.body.ports).toEqual([{ dns_assignment: assigned(own, own) }]);
  });

  test.each(['-a', 'a-', 'a b', 'a_b', 'a,b', 'a\nb', 'web.', '.', 'web.7', 'é'])(
    'no port is called %j',
    async (dns_name) => {
      const { status, body } = await aPort((await aNetwork({})).body.network.id, { dns_name });
      expect([status, body.NeutronError.message]).toEqual([400, expect.stringContaining('dns_name')]);
    },
  );

  test.each(['example.org', '.', 'a..b.', '-a.org.', 'a b.', 'a,b.', `${'x'.repeat(64)}.`, 'example.7.'])(
    '%j is no domain of a network or of a floating address',
    async (dns_domain) => {
      const { status, body } = await aNetwork({ dns_domain });
      expect([status, body.NeutronError.message]).toEqual([400, expect.stringContaining('dns_domain')]);
    },
  );
});
