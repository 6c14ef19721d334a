import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';
import { sendTo } from './send-to.ts';
import { useRegion } from './use-region.ts';

const { region, fixture } = useRegion();

async function send(what: string, body?: unknown, version = '2.104') {
  const request = what.replace(' ', ' /compute/v2.1');
  const { status, text } = await sendTo(region, fixture, request, { version, isAdmin: false, body });
  return { status, body: text === '' ? undefined : JSON.parse(text) };
}
async function network(what: string, body?: unknown) {
  const request = what.replace(' ', ' /network/v2.0');
  const { status, text } = await sendTo(region, fixture, request, { version: null, isAdmin: false, body });
  return { status, body: text === '' ? undefined : JSON.parse(text) };
}

async function anActiveServer(): Promise<string> {
  const imageRef = fixture.values('glance.auto_disk_config_enabled_image.id');
  const server = { name: 'one', flavorRef: '1', imageRef, networks: 'auto' };
  const { body } = await send('POST /servers', { server });
  await waitUntil('the server to be active', async () => (await show(body.server.id)).status === 'ACTIVE');
  return body.server.id;
}
const show = async (id: string) => (await send(`GET /servers/${id}`)).body.server;
const portsOf = async (id: string): Promise<string[]> =>
  (await send(`GET /servers/${id}/os-interface`)).body.interfaceAttachments.map(
    (one: { port_id: string }) => one.port_id,
  );
const addressesOf = async (id: string): Promise<string[]> =>
  Object.values((await show(id)).addresses as Record<string, { addr: string }[]>)
    .flat()
    .map(({ addr }) => addr);
/** A server, its first port, and another one that was attached to it. */
async function aServerWithPort() {
  const id = await anActiveServer();
  const [made] = (await send(`GET /servers/${id}/os-interface`)).body.interfaceAttachments;
  const port_id: string = (await network('POST /ports', { port: { network_id: made.net_id } })).body.port.id;
  const interfaceAttachment = { port_id };
  expect((await send(`POST /servers/${id}/os-interface`, { interfaceAttachment })).status).toBe(200);
  return { id, first: made.port_id as string, interfaceAttachment };
}
/** The directory cannot release the port meanwhile: its row is locked. */
const whileNotReleased = (portId: string, act: () => Promise<void>) =>
  region.directory.transaction(async (tx) => {
    await tx.selectFrom('ports').select('id').where('id', '=', portId).forUpdate().execute();
    await act();
  });
const portExists = async (id: string): Promise<boolean> => (await network(`GET /ports/${id}`)).status === 200;

it('a port is made on a network and attached, shown, and deleted with its address when it is detached', async () => {
  const id = await anActiveServer();
  const [first = ''] = await portsOf(id);
  const attached = await send(`POST /servers/${id}/os-interface`, { interfaceAttachment: { tag: 'second' } });
  expect(attached.status).toBe(200);
  const { interfaceAttachment } = attached.body;
  expect(interfaceAttachment).toMatchObject({ port_state: 'ACTIVE', tag: 'second', mac_addr: expect.any(String) });
  const portId: string = interfaceAttachment.port_id;
  expect(await portsOf(id)).toEqual([first, portId]);
  expect(await addressesOf(id)).toContain(interfaceAttachment.fixed_ips[0].ip_address);
  expect((await show(id))['OS-EXT-STS:task_state']).toBeNull();
  expect(await send(`GET /servers/${id}/os-interface/${portId}`)).toMatchObject({ body: { interfaceAttachment } });

  expect((await send(`DELETE /servers/${id}/os-interface/${portId}`)).status).toBe(202);
  await waitUntil('the port to go', async () => !(await portExists(portId)));
  expect(await portsOf(id)).toEqual([first]);
  expect((await send(`DELETE /servers/${id}/os-interface/${portId}`)).status).toBe(404);
  const { body } = await send(`GET /servers/${id}/os-instance-actions`);
  expect(body.instanceActions.map(({ action }: { action: string }) => action)).toEqual([
    'detach_interface',
    'attach_interface',
    'create',
  ]);
});

it('a port that the user brought is free again afterwards; several at once take turns', async () => {
  const id = await anActiveServer();
  const [made] = (await send(`GET /servers/${id}/os-interface`)).body.interfaceAttachments;
  const ports = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const { body } = await network('POST /ports', { port: { network_id: made.net_id, name } });
      return body.port.id as string;
    }),
  );
  const answers = await Promise.all(
    ports.map((portId) =>
      send(`POST /servers/${id}/os-interface`, { interfaceAttachment: { port_id: portId } }, '2.1'),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await portsOf(id)).toSorted()).toEqual([made.port_id, ...ports].toSorted());
  const [first = ''] = ports;
  const again = await send(`POST /servers/${id}/os-interface`, { interfaceAttachment: { port_id: first } });
  expect([again.status, again.body.badRequest ?? again.body.conflictingRequest]).toEqual([
    expect.any(Number),
    {
      code: again.status,
      message: expect.stringMatching(/in use/),
    },
  ]);
  expect((await send(`DELETE /servers/${id}/os-interface/${first}`)).status).toBe(202);
  await waitUntil('the port to be free', async () => (await network(`GET /ports/${first}`)).body.port.device_id === '');
  expect((await send(`DELETE /servers/${id}`)).status).toBe(204);
});

it('a port that is being detached is shown until it is free, and may be attached as soon as it is not', async () => {
  const { id, first, interfaceAttachment } = await aServerWithPort();
  const portId = interfaceAttachment.port_id;
  await whileNotReleased(portId, async () => {
    expect((await send(`DELETE /servers/${id}/os-interface/${portId}`)).status).toBe(202);
    await waitUntil('its cell to have taken the port', async () => (await addressesOf(id)).length === 1);
    expect(await portsOf(id)).toEqual([first, portId]);
    expect((await send(`GET /servers/${id}/os-interface/${portId}`)).body).toMatchObject({ interfaceAttachment });
  });
  await waitUntil('the port to go', async () => !(await portsOf(id)).includes(portId));
  expect((await send(`POST /servers/${id}/os-interface`, { interfaceAttachment })).status).toBe(200);
});

it('a server is shown until what it has is free: another one may have its port as soon as it is gone', async () => {
  const { id, interfaceAttachment } = await aServerWithPort();
  const portId = interfaceAttachment.port_id;
  await whileNotReleased(portId, async () => {
    expect((await send(`DELETE /servers/${id}`)).status).toBe(204);
    const inCell = region.cell.read.selectFrom('instances').select('vm_state').where('uuid', '=', id);
    const isDeleted = async () => (await inCell.executeTakeFirst())?.vm_state === 'deleted';
    await waitUntil('its cell to have deleted the server', isDeleted);
    expect(await show(id)).toMatchObject({ status: 'SHUTOFF', 'OS-EXT-STS:task_state': 'deleting' });
    const refused = await send(`POST /servers/${id}/os-interface`, {});
    expect([refused.status, refused.body.conflictingRequest?.message]).toEqual([
      409,
      expect.stringContaining('while it is in task_state deleting'),
    ]);
  });
  await waitUntil('the server to be gone', async () => (await send(`GET /servers/${id}`)).status === 404);
  const imageRef = fixture.values('glance.auto_disk_config_enabled_image.id');
  const server = { name: 'two', flavorRef: '1', imageRef, networks: [{ port: portId }] };
  expect((await send('POST /servers', { server })).status).toBe(202);
});

it('what cannot be attached is refused in words, and leaves nothing', async () => {
  const id = await anActiveServer();
  const path = `POST /servers/${id}/os-interface`;
  const [made] = (await send(`GET /servers/${id}/os-interface`)).body.interfaceAttachments;
  const before = (await network('GET /ports')).body.ports.length;
  const refusals: readonly (readonly [object, string, RegExp])[] = [
    [{ net_id: made.net_id, port_id: made.port_id }, '2.1', /both network_id and port_id/],
    [{ fixed_ips: [{ ip_address: '10.0.0.9' }] }, '2.1', /Must input network_id/],
    [{ net_id: randomUUID() }, '2.1', /could not be found/],
    [{ port_id: randomUUID() }, '2.1', /could not be found|not found/],
    [{ net_id: 'x' }, '2.1', /net_id/],
    [{ tag: 'x' }, '2.48', /tag/],
    [{ net_id: made.net_id, fixed_ips: [{ ip_address: made.fixed_ips[0].ip_address }] }, '2.1', /already in use/],
  ];
  for (const [interfaceAttachment, version, words] of refusals) {
    const { status, body } = await send(path, { interfaceAttachment }, version);
    expect([status, Object.values(body as Record<string, { message: string }>)[0]?.message]).toEqual([
      expect.any(Number),
      expect.stringMatching(words),
    ]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  }
  await send(`POST /servers/${id}/action`, { suspend: null });
  await waitUntil('the server to be suspended', async () => (await show(id)).status === 'SUSPENDED');
  expect((await send(path, {})).status).toBe(409);
  expect((await send(`DELETE /servers/${id}/os-interface/${made.port_id}`)).status).toBe(409);
  expect((await network('GET /ports')).body.ports).toHaveLength(before);
});
