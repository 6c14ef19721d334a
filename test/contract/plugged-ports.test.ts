import { describe, expect, it } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';
import { sendTo } from './send-to.ts';
import { useRegion } from './use-region.ts';

const { region, fixture } = useRegion();

async function send(request: string, body?: unknown) {
  const { status, text } = await sendTo(region, fixture, request, { version: '2.100', isAdmin: false, body });
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
  return { status, body: (text === '' ? undefined : JSON.parse(text)) as any };
}
const compute = (request: string, body?: unknown) => send(request.replace(' ', ' /compute/v2.1'), body);
const network = (request: string, body?: unknown) => send(request.replace(' ', ' /network/v2.0'), body);
const put = (id: string, port: object) => network(`PUT /ports/${id}`, { port });

async function aServerWithPort() {
  const made = (await network('POST /networks', { network: { name: 'n' } })).body.network;
  const subnet = { network_id: made.id, ip_version: 4, cidr: '10.60.0.0/24' };
  const subnetId = (await network('POST /subnets', { subnet })).body.subnet.id;
  const imageRef = fixture.values('glance.auto_disk_config_enabled_image.id');
  const server = { name: 'one', flavorRef: '1', imageRef, networks: [{ uuid: made.id }] };
  const { id } = (await compute('POST /servers', { server })).body.server;
  await waitUntil('the server to be active', async () =>
    (await compute(`GET /servers/${id}`)).body.server.status === 'ACTIVE' ? true : undefined,
  );
  const [port] = (await network(`GET /ports?device_id=${id}`)).body.ports;
  return { id, subnetId, port };
}
const aGroup = async (name: string): Promise<string> =>
  (await network('POST /security-groups', { security_group: { name } })).body.security_group.id;

/** What is said of the one port of a server: in its cell, and in the views of the server. */
async function saidOf(id: string) {
  const instance = await region.deps.cells.all()[0]?.door.getInstance({ uuid: id });
  const { server } = (await compute(`GET /servers/${id}`)).body;
  const shown = Object.values<{ addr: string }[]>(server.addresses).flat();
  const [card] = (await compute(`GET /servers/${id}/os-interface`)).body.interfaceAttachments;
  const addresses = instance?.ports[0]?.fixedIps.map(({ address }) => address);
  expect(shown.map(({ addr }) => addr)).toEqual(addresses);
  expect(card.fixed_ips.map(({ ip_address }: { ip_address: string }) => ip_address)).toEqual(addresses);
  return {
    addresses,
    groups: [...(instance?.ports[0]?.securityGroupIds ?? [])].sort(),
    names: (server.security_groups ?? []).map(({ name }: { name: string }) => name).sort(),
  };
}

describe('a port that a server uses', () => {
  it('gets and loses addresses; its cell and the views of its server follow', async () => {
    const { id, subnetId, port } = await aServerWithPort();
    const [{ ip_address: first }] = port.fixed_ips;
    const more = await put(port.id, { fixed_ips: [{ subnet_id: subnetId }, { ip_address: '10.60.0.77' }] });
    expect(more.body.port.fixed_ips).toEqual([
      { subnet_id: subnetId, ip_address: first },
      { subnet_id: subnetId, ip_address: '10.60.0.77' },
    ]);
    expect((await saidOf(id)).addresses).toEqual([first, '10.60.0.77']);
    const taken = await network('POST /ports', {
      port: { network_id: port.network_id, fixed_ips: [{ ip_address: '10.60.0.77' }] },
    });
    expect([taken.status, taken.body.NeutronError.type]).toEqual([409, 'IpAddressAlreadyAllocated']);

    expect((await put(port.id, { fixed_ips: [{ ip_address: '10.60.0.77' }] })).status).toBe(200);
    expect((await saidOf(id)).addresses).toEqual(['10.60.0.77']);
    const free = { network_id: port.network_id, fixed_ips: [{ ip_address: first }] };
    expect((await network('POST /ports', { port: free })).status).toBe(201);
    const inUse = await put(port.id, { fixed_ips: [{ ip_address: first }] });
    expect([inUse.status, inUse.body.NeutronError.type]).toEqual([409, 'IpAddressAlreadyAllocated']);
    expect((await saidOf(id)).addresses).toEqual(['10.60.0.77']);
    expect((await put(port.id, { fixed_ips: [] })).body.port.fixed_ips).toEqual([]);
    expect((await saidOf(id)).addresses).toEqual([]);
  });

  it('changes its groups and its port security; actions of the server go on from there', async () => {
    const { id, port } = await aServerWithPort();
    const [web, wall] = [await aGroup('web'), await aGroup('wall')];
    expect((await put(port.id, { security_groups: [web] })).body.port.security_groups).toEqual([web]);
    expect(await saidOf(id)).toMatchObject({ groups: [web], names: ['web'] });
    expect((await compute(`POST /servers/${id}/action`, { addSecurityGroup: { name: wall } })).status).toBe(202);
    expect(await saidOf(id)).toMatchObject({ groups: [wall, web].sort(), names: ['wall', 'web'] });
    expect((await compute(`POST /servers/${id}/action`, { removeSecurityGroup: { name: 'web' } })).status).toBe(202);
    expect(await saidOf(id)).toMatchObject({ groups: [wall], names: ['wall'] });

    const unsafe = await put(port.id, { port_security_enabled: false });
    expect([unsafe.status, unsafe.body.NeutronError.type]).toEqual([409, 'PortSecurityPortHasSecurityGroup']);
    const off = await put(port.id, { port_security_enabled: false, security_groups: [] });
    expect([off.status, off.body.port.port_security_enabled]).toEqual([200, false]);
    expect(await saidOf(id)).toMatchObject({ groups: [], names: [] });
  });

  it('carries what it is now to a rebuild, to another flavor, and to the build of the directory', async () => {
    const { id, port } = await aServerWithPort();
    const web = await aGroup('late');
    const change = { security_groups: [web], fixed_ips: [{ ip_address: '10.60.0.99' }] };
    const act = async (action: object, status: string) => {
      expect([202, 204]).toContain((await compute(`POST /servers/${id}/action`, action)).status);
      await waitUntil(`the server to be ${status}`, async () => {
        const { server } = (await compute(`GET /servers/${id}`)).body;
        return server.status === status && server['OS-EXT-STS:task_state'] === null ? true : undefined;
      });
    };
    await act({ 'os-stop': null }, 'SHUTOFF');
    expect((await put(port.id, change)).status).toBe(200);
    expect(await saidOf(id)).toMatchObject({ groups: [web], addresses: ['10.60.0.99'] });
    await act({ resize: { flavorRef: '2' } }, 'VERIFY_RESIZE');
    await act({ confirmResize: null }, 'SHUTOFF');
    await act({ 'os-start': null }, 'ACTIVE');
    await act({ rebuild: { imageRef: fixture.values('glance.auto_disk_config_enabled_image.id') } }, 'ACTIVE');
    expect(await saidOf(id)).toMatchObject({ groups: [web], addresses: ['10.60.0.99'] });
    const home = await region.directory.read
      .selectFrom('instance_homes')
      .select('build')
      .where('uuid', '=', id)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(home.build).ports[0]).toMatchObject({
      securityGroupIds: [web],
      fixedIps: [{ address: '10.60.0.99' }],
    });
  });

  it('keeps its MAC and its server', async () => {
    const { id, port } = await aServerWithPort();
    const mac = await put(port.id, { mac_address: 'fa:16:3e:00:00:01' });
    expect([mac.status, mac.body.NeutronError.type]).toEqual([409, 'PortBound']);
    const device = await put(port.id, { device_id: 'other' });
    expect([device.status, device.body.NeutronError.type]).toEqual([409, 'PortInUse']);
    expect((await put(port.id, { device_id: id, mac_address: port.mac_address, name: 'same' })).status).toBe(200);
  });
});
