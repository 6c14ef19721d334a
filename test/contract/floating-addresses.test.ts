import { expect, it } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';
import { sendTo } from './send-to.ts';
import { useRegion } from './use-region.ts';

const { region, fixture } = useRegion();

async function send(request: string, body?: unknown, { version = '2.35', isAdmin = false } = {}) {
  const { status, text } = await sendTo(region, fixture, request, { version, isAdmin, body });
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
  return { status, body: (text === '' ? undefined : JSON.parse(text)) as any };
}
const compute = (request: string, body?: unknown, version?: string) =>
  send(request.replace(' ', ' /compute/v2.1'), body, version === undefined ? {} : { version });
const network = async (request: string, body?: unknown, isAdmin = false) => {
  const answer = await send(request.replace(' ', ' /network/v2.0'), body, { isAdmin });
  expect([answer.status, answer.body]).not.toMatchObject([400, {}]);
  return answer.body;
};

/** A server on a network behind a router that leads to the external network `name`. */
async function aReachedServer(name: string, cidr: string) {
  const outer = (await network('POST /networks', { network: { name, 'router:external': true } }, true)).network;
  const outside = { network_id: outer.id, ip_version: 4, cidr };
  await network('POST /subnets', { subnet: outside }, true);
  const inner = (await network('POST /networks', { network: { name: `${name}-inside` } })).network;
  const inside = { network_id: inner.id, ip_version: 4, cidr: '10.61.0.0/24' };
  const subnet_id = (await network('POST /subnets', { subnet: inside })).subnet.id;
  const router = { external_gateway_info: { network_id: outer.id } };
  const routerId = (await network('POST /routers', { router })).router.id;
  await network(`PUT /routers/${routerId}/add_router_interface`, { subnet_id });
  const imageRef = fixture.values('glance.auto_disk_config_enabled_image.id');
  const server = { name, flavorRef: '1', imageRef, networks: [{ uuid: inner.id }] };
  const { id } = (await compute('POST /servers', { server })).body.server;
  await waitUntil('the server to be active', async () =>
    (await compute(`GET /servers/${id}`)).body.server.status === 'ACTIVE' ? true : undefined,
  );
  const [port] = (await network(`GET /ports?device_id=${id}`)).ports;
  return { id: id as string, port, label: `${name}-inside`, fixed: port.fixed_ips[0].ip_address as string };
}
const act = async (id: string, action: object) => {
  const { status, body } = await compute(`POST /servers/${id}/action`, action);
  return [status, (Object.values(body ?? {})[0] as { message?: string } | undefined)?.message];
};

it('the old proxies take an address, lead it to a server, and give it back; every view of the server shows it', async () => {
  const { id, port, label, fixed } = await aReachedServer('public-1', '198.51.100.0/24');
  const taken = await compute('POST /os-floating-ips', { pool: 'public-1' });
  const { floating_ip } = taken.body;
  expect([taken.status, floating_ip]).toMatchObject([
    200,
    { pool: 'public-1', fixed_ip: null, instance_id: null, ip: expect.stringMatching(/^198\.51\.100\./) },
  ]);
  expect(await act(id, { addFloatingIp: { address: floating_ip.ip } })).toEqual([202, undefined]);
  const led = { ...floating_ip, fixed_ip: fixed, instance_id: id };
  expect((await compute('GET /os-floating-ips')).body.floating_ips).toContainEqual(led);
  expect((await compute(`GET /os-floating-ips/${floating_ip.id}`)).body.floating_ip).toEqual(led);

  const mac = { 'OS-EXT-IPS-MAC:mac_addr': port.mac_address };
  const extended = [
    { version: 4, addr: fixed, 'OS-EXT-IPS:type': 'fixed', ...mac },
    { version: 4, addr: floating_ip.ip, 'OS-EXT-IPS:type': 'floating', ...mac },
  ];
  const plain = extended.map(({ version, addr }) => ({ version, addr }));
  expect((await compute(`GET /servers/${id}`)).body.server.addresses).toEqual({ [label]: extended });
  const listed = (await compute('GET /servers/detail')).body.servers.find((one: { id: string }) => one.id === id);
  expect(listed.addresses).toEqual({ [label]: extended });
  expect((await compute(`GET /servers/${id}/ips`)).body).toEqual({ addresses: { [label]: plain } });
  expect((await compute(`GET /servers/${id}/ips/${label}`)).body).toEqual({ [label]: plain });
  const renamed = await compute(`PUT /servers/${id}`, { server: { name: 'renamed' } }, '2.75');
  expect(renamed.body.server.addresses).toEqual({ [label]: extended });
  region.silence(true);
  try {
    const silent = await compute(`GET /servers/${id}`, undefined, '2.96');
    expect(silent.body.server).toMatchObject({ status: 'UNKNOWN', addresses: { [label]: extended } });
  } finally {
    region.silence(false);
  }

  expect(await act(id, { removeFloatingIp: { address: floating_ip.ip } })).toEqual([202, undefined]);
  expect((await compute(`GET /servers/${id}/ips`)).body.addresses[label]).toHaveLength(1);
  expect(await act(id, { removeFloatingIp: { address: floating_ip.ip } })).toEqual([
    409,
    `Floating IP ${floating_ip.ip} is not associated with instance ${id}.`,
  ]);
  expect((await compute(`DELETE /os-floating-ips/${floating_ip.id}`)).status).toBe(202);
  expect((await compute(`GET /os-floating-ips/${floating_ip.id}`)).status).toBe(404);
});

it('what an address cannot do is said in the words of Nova', async () => {
  const { id, fixed } = await aReachedServer('public-2', '203.0.113.0/24');
  const take = async () => (await compute('POST /os-floating-ips', { pool: 'public-2' })).body.floating_ip;
  const [one, other] = [await take(), await take()];
  expect(await act(id, { addFloatingIp: { address: one.ip, fixed_address: fixed } })).toEqual([202, undefined]);
  expect(await act(id, { addFloatingIp: { address: other.ip } })).toEqual([
    ...[400, expect.stringMatching(/^Unable to associate floating IP .* Error: .* already has a floating IP/)],
  ]);
  expect(await act(id, { addFloatingIp: { address: other.ip, fixed_address: '10.61.0.250' } })).toEqual([
    ...[400, "Specified fixed address not assigned to instance: fixed_address '10.61.0.250'"],
  ]);
  const { project_id } = (await network(`GET /floatingips/${one.id}`)).floatingip;
  await network(`PUT /quotas/${project_id}`, { quota: { floatingip: 2 } }, true);
  const over = await compute('POST /os-floating-ips', { pool: 'public-2' });
  expect([over.status, over.body.forbidden.message]).toEqual([
    403,
    expect.stringMatching(/^Floating IP limit exceeded/),
  ]);
  await network(`PUT /quotas/${project_id}`, { quota: { floatingip: 50 } }, true);
});

it('an address outlives its server, free', async () => {
  const { id, port } = await aReachedServer('public-3', '192.0.2.0/24');
  const { floating_ip } = (await compute('POST /os-floating-ips', { pool: 'public-3' })).body;
  expect(await act(id, { addFloatingIp: { address: floating_ip.ip } })).toEqual([202, undefined]);
  const show = async () => (await network(`GET /floatingips/${floating_ip.id}`)).floatingip;
  expect(await show()).toMatchObject({ port_id: port.id, port_details: { device_id: id }, status: 'ACTIVE' });
  expect((await compute(`DELETE /servers/${id}`)).status).toBe(204);
  await waitUntil('the address to be free', async () => ((await show()).port_id === null ? true : undefined));
  expect(await show()).toMatchObject({ fixed_ip_address: null, router_id: null, status: 'DOWN', port_details: null });
});
