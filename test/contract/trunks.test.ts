import { describe, expect, it } from 'vitest';
import { listToldCells } from '#platform/directory/stores/definitions/told-cells.ts';
import { waitUntil } from '../support/wait-until.ts';
import { sendTo } from './send-to.ts';
import { useRegion } from './use-region.ts';

/** Trunks of servers: what the cell and its (simulated) hosts make of them. */
const { region, fixture } = useRegion();

async function send(request: string, body?: unknown) {
  const { status, text } = await sendTo(region, fixture, request, { version: '2.100', isAdmin: false, body });
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
  return { status, body: (text === '' ? undefined : JSON.parse(text)) as any };
}
const compute = (request: string, body?: unknown) => send(request.replace(' ', ' /compute/v2.1'), body);
const network = (request: string, body?: unknown) => send(request.replace(' ', ' /network/v2.0'), body);
const vlan = (port_id: string, segmentation_id: number) => ({ port_id, segmentation_type: 'vlan', segmentation_id });

async function aPort(cidr: string): Promise<string> {
  const made = (await network('POST /networks', { network: {} })).body.network;
  await network('POST /subnets', { subnet: { network_id: made.id, ip_version: 4, cidr } });
  return (await network('POST /ports', { port: { network_id: made.id } })).body.port.id;
}
async function aServer(port: string): Promise<string> {
  const imageRef = fixture.values('glance.auto_disk_config_enabled_image.id');
  const server = { name: 'one', flavorRef: '1', imageRef, networks: [{ port }] };
  const { id } = (await compute('POST /servers', { server })).body.server;
  await becomes(id, 'ACTIVE');
  return id;
}
const becomes = (id: string, status: string) =>
  waitUntil(`the server to be ${status}`, async () => {
    const { server } = (await compute(`GET /servers/${id}`)).body;
    return server.status === status && server['OS-EXT-STS:task_state'] === null ? true : undefined;
  });
const trunkIs = (id: string, status: string) =>
  waitUntil(`the trunk to be ${status}`, async () =>
    (await network(`GET /trunks/${id}`)).body.trunk.status === status ? true : undefined,
  );
const onHosts = async (...portIds: string[]) =>
  (await region.deps.cells.all()[0]?.door.portsOnHosts({ portIds }))?.ports ?? [];
const isOnHost = (port: string) =>
  waitUntil('the port to be on its host', async () =>
    (await onHosts(port)).some(({ settled, error }) => settled && error === null) ? true : undefined,
  );
const isGone = (port: string) =>
  waitUntil('the port to be gone', async () => ((await onHosts(port)).length === 0 ? true : undefined));
/** The trunk and its other ports leave the host before the port is free. */
const hasNoPort = (server: string) =>
  waitUntil('the server to have no port', async () =>
    (await compute(`GET /servers/${server}/os-interface`)).body.interfaceAttachments.length === 0 ? true : undefined,
  );

describe('a trunk', { timeout: 120_000 }, () => {
  it('comes with its server, changes while it runs, and goes with it', async () => {
    const [parent, first, second] = [
      await aPort('10.71.0.0/24'),
      await aPort('10.72.0.0/24'),
      await aPort('10.73.0.0/24'),
    ];
    const made = await network('POST /trunks', { trunk: { port_id: parent, sub_ports: [vlan(first, 7)] } });
    const { id } = made.body.trunk;
    expect(made.body.trunk.status).toBe('DOWN');
    const server = await aServer(parent);
    await trunkIs(id, 'ACTIVE');
    expect(await onHosts(first)).toMatchObject([{ settled: true, error: null, tagsFrames: true }]);
    expect((await network(`GET /ports/${first}`)).body.port.status).toBe('ACTIVE');
    expect((await compute(`GET /servers/${server}/os-interface`)).body.interfaceAttachments).toHaveLength(1);

    expect((await network(`PUT /trunks/${id}/add_subports`, { sub_ports: [vlan(second, 8)] })).status).toBe(200);
    await isOnHost(second);
    await trunkIs(id, 'ACTIVE');
    const bound = await region.cell.read
      .selectFrom('port_bindings')
      .select(['port_id', 'parent_port_id', 'definition'])
      .where('port_id', '=', second)
      .execute();
    expect(bound).toMatchObject([{ port_id: second, parent_port_id: parent }]);
    expect(JSON.parse(bound[0]?.definition ?? '{}').parent).toEqual({ portId: parent, segmentationId: 8 });

    const [{ ip_address: before }] = (await network(`GET /ports/${second}`)).body.port.fixed_ips;
    const moved = await network(`PUT /ports/${second}`, { port: { fixed_ips: [{ ip_address: '10.73.0.99' }] } });
    expect(moved.body.port.fixed_ips[0].ip_address).not.toBe(before);
    const known = await region.cell.read
      .selectFrom('port_bindings')
      .select('address')
      .where('port_id', '=', second)
      .execute();
    expect(known).toEqual([{ address: '10.73.0.99' }]);

    expect((await network(`PUT /trunks/${id}/remove_subports`, { sub_ports: [{ port_id: first }] })).status).toBe(200);
    await isGone(first);
    expect((await network(`DELETE /ports/${first}`)).status).toBe(204);
    expect((await network(`DELETE /ports/${second}`)).body.NeutronError.type).toBe('PortInUseAsSubPort');

    expect((await compute(`POST /servers/${server}/action`, { resize: { flavorRef: '2' } })).status).toBe(202);
    await becomes(server, 'VERIFY_RESIZE');
    expect((await compute(`POST /servers/${server}/action`, { confirmResize: null })).status).toBe(204);
    await becomes(server, 'ACTIVE');
    expect((await onHosts(second)).filter(({ settled }) => settled)).toHaveLength(1);

    expect((await compute(`DELETE /servers/${server}/os-interface/${parent}`)).status).toBe(202);
    await trunkIs(id, 'DOWN');
    await isGone(second);
    await hasNoPort(server);
    const attach = { interfaceAttachment: { port_id: parent } };
    expect((await compute(`POST /servers/${server}/os-interface`, attach)).status).toBe(200);
    await isOnHost(second);
    await trunkIs(id, 'ACTIVE');
    expect((await compute(`DELETE /servers/${server}`)).status).toBe(204);
    await trunkIs(id, 'DOWN');
    await isGone(second);
    expect((await network(`DELETE /trunks/${id}`)).status).toBe(204);
    expect((await network(`DELETE /ports/${second}`)).status).toBe(204);
  });

  it('may be made of a port that a server has, which outlives the server then', async () => {
    const parent = await aPort('10.74.0.0/24');
    const server = await aServer(parent);
    const { networks } = (await network('GET /networks')).body;
    const attached = await compute(`POST /servers/${server}/os-interface`, {
      interfaceAttachment: { net_id: networks.find(({ subnets }: { subnets: string[] }) => subnets.length > 0).id },
    });
    const made = attached.body.interfaceAttachment.port_id;
    const sub = await aPort('10.75.0.0/24');
    const trunk = (await network('POST /trunks', { trunk: { port_id: made, sub_ports: [vlan(sub, 5)] } })).body.trunk;
    expect(trunk.status).toBe('BUILD');
    await isOnHost(sub);
    await trunkIs(trunk.id, 'ACTIVE');
    await compute(`DELETE /servers/${server}`);
    await trunkIs(trunk.id, 'DOWN');
    expect((await network(`GET /ports/${made}`)).body.port).toMatchObject({ device_id: '', status: 'DOWN' });
    expect((await network(`DELETE /trunks/${trunk.id}`)).status).toBe(204);
  });

  it('changes also when the cell does not hear of it from the API', async () => {
    const [parent, first, second] = [
      await aPort('10.78.0.0/24'),
      await aPort('10.79.0.0/24'),
      await aPort('10.80.0.0/24'),
    ];
    const made = await network('POST /trunks', { trunk: { port_id: parent, sub_ports: [vlan(first, 7)] } });
    const { id } = made.body.trunk;
    const server = await aServer(parent);
    await isOnHost(first);
    await waitUntil(
      'the cell to take definitions',
      async () => (await listToldCells(region.directory.read)).length > 0,
    );
    region.silence(true);
    try {
      const body = { sub_ports: [{ port_id: first }] };
      expect((await network(`PUT /trunks/${id}/remove_subports`, body)).status).toBe(200);
      expect((await network(`PUT /trunks/${id}/add_subports`, { sub_ports: [vlan(second, 7)] })).status).toBe(200);
    } finally {
      region.silence(false);
    }
    await isOnHost(second);
    await isGone(first);
    await trunkIs(id, 'ACTIVE');
    await compute(`DELETE /servers/${server}`);
  });

  it('gets no subports on a host that gives no tags, and says so', async () => {
    const [parent, sub] = [await aPort('10.76.0.0/24'), await aPort('10.77.0.0/24')];
    const { trunk } = (await network('POST /trunks', { trunk: { port_id: parent } })).body;
    const server = await aServer(parent);
    await region.cell.write.updateTable('hosts').set({ tags_frames: 0 }).execute();
    const refused = await network(`PUT /trunks/${trunk.id}/add_subports`, { sub_ports: [vlan(sub, 5)] });
    expect([refused.status, refused.body.NeutronError]).toMatchObject([
      409,
      { type: 'TrunkPluginDriverConflict', message: expect.stringMatching(/has no 802\.1Q/) },
    ]);
    expect((await network(`GET /ports/${sub}`)).body.port.device_id).toBe('');
    await region.cell.write.updateTable('hosts').set({ tags_frames: 1 }).execute();
    expect((await network(`PUT /trunks/${trunk.id}/add_subports`, { sub_ports: [vlan(sub, 5)] })).status).toBe(200);
    await isOnHost(sub);
    await compute(`DELETE /servers/${server}`);
  });
});
