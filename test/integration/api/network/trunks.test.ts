import { beforeEach, expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';
import { routerCalls } from './router-calls.ts';

/** Trunks and their subports. */
const front = useFrontApp();
const { send, typeOf, withoutQuotas } = routerCalls(front);

const ROUNDS = Array.from({ length: 8 }, (_, at) => at);
const aNetwork = async (network: object = {}, token = front.demo): Promise<string> =>
  (await send('POST networks', { network }, token)).body.network.id;
let network: string;
const aPort = async (on = network, token = front.demo): Promise<{ id: string; mac_address: string }> =>
  (await send('POST ports', { port: { network_id: on } }, token)).body.port;
const vlan = (port_id: string, segmentation_id: number) => ({ port_id, segmentation_type: 'vlan', segmentation_id });
const create = (trunk: object, token = front.demo) => send('POST trunks', { trunk }, token);
const aTrunk = async (sub_ports: object[] = []): Promise<{ id: string; port_id: string }> => {
  const made = await create({ port_id: (await aPort()).id, sub_ports });
  expect(made.status).toBe(201);
  return made.body.trunk;
};
const add = (id: string, ...sub_ports: object[]) => send(`PUT trunks/${id}/add_subports`, { sub_ports });
const remove = (id: string, ...ports: string[]) =>
  send(`PUT trunks/${id}/remove_subports`, { sub_ports: ports.map((port_id) => ({ port_id })) });
const subports = async (id: string) => (await send(`GET trunks/${id}/get_subports`)).body.sub_ports;

beforeEach(async () => {
  await withoutQuotas();
  network = await aNetwork();
});

test('a trunk: made, shown, listed, changed, tagged, deleted', async () => {
  const [parent, first] = [await aPort(), await aPort()];
  const made = await create({ port_id: parent.id, name: 'bundle', description: 'd', sub_ports: [vlan(first.id, 7)] });
  expect([made.status, made.body.trunk]).toMatchObject([
    201,
    {
      ...{ name: 'bundle', description: 'd', admin_state_up: true, status: 'DOWN', port_id: parent.id },
      ...{ sub_ports: [vlan(first.id, 7)], tags: [], revision_number: 1 },
    },
  ]);
  const path = `trunks/${made.body.trunk.id}`;
  expect((await send(`GET ${path}`)).body).toEqual(made.body);
  expect((await send('GET trunks?name=bundle&fields=port_id')).body.trunks).toEqual([{ port_id: parent.id }]);
  expect((await send(`GET trunks?port_id=${parent.id}&status=ACTIVE`)).body.trunks).toEqual([]);
  expect((await send('GET trunks?colour=red')).status).toBe(400);
  expect((await send('GET trunks', undefined, front.outsider)).body.trunks).toEqual([]);
  expect(typeOf(await send(`GET ${path}`, undefined, front.outsider))).toEqual([404, 'TrunkNotFound']);

  const details = {
    trunk_id: made.body.trunk.id,
    sub_ports: [{ ...vlan(first.id, 7), mac_address: first.mac_address }],
  };
  expect((await send(`GET ports/${parent.id}`)).body.port.trunk_details).toEqual(details);
  const { port } = (await send(`GET ports/${first.id}`)).body;
  expect(port).toMatchObject({ device_owner: 'trunk:subport', device_id: made.body.trunk.id, status: 'DOWN' });
  expect(port).not.toHaveProperty('trunk_details');

  const changed = await send(`PUT ${path}`, { trunk: { name: 'cable', admin_state_up: false } });
  expect(changed.body.trunk).toMatchObject({ name: 'cable', admin_state_up: false, revision_number: 2 });
  expect((await send(`PUT ${path}/tags/red`)).status).toBe(201);
  expect((await send('GET trunks?tags=red')).body.trunks).toMatchObject([{ name: 'cable' }]);
  expect(typeOf(await send(`DELETE ${path}`))).toEqual([409, 'TrunkDisabled']);
  expect(typeOf(await remove(made.body.trunk.id, first.id))).toEqual([409, 'TrunkDisabled']);
  await send(`PUT ${path}`, { trunk: { admin_state_up: true } });
  expect((await send(`DELETE ${path}`, undefined, front.outsider)).status).toBe(404);
  expect((await send(`DELETE ${path}`)).status).toBe(204);
  expect((await send(`GET ${path}`)).status).toBe(404);
  expect((await send(`GET ports/${first.id}`)).body.port).toMatchObject({ device_owner: '', device_id: '' });
  expect((await send(`DELETE ports/${parent.id}`)).status).toBe(204);
});

test('subports are added and removed', async () => {
  const { id } = await aTrunk();
  const [one, two] = [await aPort(), await aPort()];
  const added = await add(id, vlan(two.id, 4094), vlan(one.id, 1));
  expect([added.status, added.body]).toMatchObject([200, { id, sub_ports: [vlan(one.id, 1), vlan(two.id, 4094)] }]);
  expect(await subports(id)).toEqual([vlan(one.id, 1), vlan(two.id, 4094)]);
  const gone = await send(`PUT trunks/${id}/remove_subports`, { sub_ports: [vlan(one.id, 1)] });
  expect([gone.status, gone.body.sub_ports]).toEqual([200, [vlan(two.id, 4094)]]);
  expect(typeOf(await remove(id, one.id))).toEqual([404, 'SubPortNotFound']);
  expect((await send(`DELETE ports/${one.id}`)).status).toBe(204);
});

test('what cannot be a parent or a subport is refused in the words of Neutron', async () => {
  const sub = await aPort();
  const trunk = await aTrunk([vlan(sub.id, 5)]);
  const other = await aTrunk();
  const free = await aPort();
  const refused = async (answer: ReturnType<typeof add>, type: string, words: RegExp) => {
    const { status, body } = await answer;
    expect([status, body.NeutronError]).toMatchObject([409, { type, message: expect.stringMatching(words) }]);
  };
  await refused(add(trunk.id, vlan(free.id, 5)), 'DuplicateSubPort', /segmentation_id 5 already in use on trunk/);
  await refused(add(other.id, vlan(sub.id, 6)), 'TrunkPortInUse', /in use by another trunk/);
  await refused(add(other.id, vlan(trunk.port_id, 6)), 'ParentPortInUse', /not eligible for use as a parent port/);
  await refused(add(other.id, vlan(other.port_id, 6)), 'ParentPortInUse', /not eligible/);
  await refused(create({ port_id: sub.id }), 'TrunkPortInUse', /in use by another trunk/);
  await refused(create({ port_id: trunk.port_id }), 'ParentPortInUse', /not eligible/);
  await refused(send(`DELETE ports/${sub.id}`), 'PortInUseAsSubPort', /is currently a subport for trunk/);
  await refused(send(`DELETE ports/${trunk.port_id}`), 'PortInUseAsTrunkParent', /a parent port for trunk/);
  await refused(
    send(`PUT ports/${sub.id}`, { port: { device_id: '' } }),
    'PortInUseAsSubPort',
    /is currently a subport/,
  );
  await send(`PUT ports/${free.id}`, { port: { device_id: 'rack', device_owner: 'mine' } });
  await refused(add(other.id, vlan(free.id, 6)), 'PortInUse', /already has an attached device rack/);
  const small = await aTrunk();
  const jumbo = await aPort(await aNetwork({ mtu: 9000 }));
  await refused(add(small.id, vlan(jumbo.id, 6)), 'SubPortMtuGreaterThanTrunkPortMtu', /MTU 9000 of subport/);
  expect(await subports(other.id)).toEqual([]);
});

test.each([
  [{ segmentation_type: 'vlan', segmentation_id: 0 }, /segmentation_id: 0 is not between 1 and 4094/],
  [{ segmentation_type: 'vlan', segmentation_id: 4095 }, /segmentation_id: 4095 is not between/],
  [{ segmentation_type: 'geneve', segmentation_id: 5 }, /segmentation_type: 'geneve' is not one of 'vlan', 'inherit'/],
  [{ segmentation_id: 5 }, /segmentation_type: .*missing segmentation information/],
  [{ segmentation_type: 'vlan' }, /segmentation_id: .*missing segmentation information/],
  [{ segmentation_type: 'inherit' }, /its network .* is of type vxlan, not vlan/],
])('a subport of %o is refused', async (segment, words) => {
  const { id } = await aTrunk();
  const { status, body } = await add(id, { port_id: (await aPort()).id, ...segment });
  expect([status, body.NeutronError.message]).toEqual([400, expect.stringMatching(words)]);
});

test('a subport may have the segment of its network, and a number as text', async () => {
  const { id } = await aTrunk();
  const tagged = { 'provider:network_type': 'vlan', 'provider:physical_network': 'p', 'provider:segmentation_id': 77 };
  const shared = await aNetwork({ ...tagged, mtu: 1400, shared: true }, front.admin);
  const [one, two] = [await aPort(shared), await aPort()];
  const answer = await add(
    id,
    { port_id: one.id, segmentation_type: 'inherit' },
    { port_id: two.id, segmentation_type: 'vlan', segmentation_id: '78' },
  );
  expect(answer.body.sub_ports).toEqual([vlan(one.id, 77), vlan(two.id, 78)]);
});

test('ports of others are not found, also on a network of the caller', async () => {
  const { id } = await aTrunk();
  const theirs = await aPort(await aNetwork({}, front.outsider), front.outsider);
  expect(typeOf(await add(id, vlan(theirs.id, 5)))).toEqual([404, 'PortNotFound']);
  expect(typeOf(await create({ port_id: theirs.id }))).toEqual([404, 'PortNotFound']);
  const shared = await aNetwork();
  expect((await send(`PUT networks/${shared}`, { network: { shared: true } }, front.admin)).status).toBe(200);
  const guest = await aPort(shared, front.outsider);
  expect((await send(`GET ports/${guest.id}`)).status).toBe(200);
  expect(typeOf(await add(id, vlan(guest.id, 5)))).toEqual([404, 'PortNotFound']);
  expect(typeOf(await create({ port_id: guest.id }))).toEqual([404, 'PortNotFound']);
  expect((await add(id)).status).toBe(200);
});

test('several at once, all or none; a quota', async () => {
  const [one, two] = [await aPort(), await aPort()];
  const taken = await aTrunk();
  const some = (...ids: string[]) => send('POST trunks', { trunks: ids.map((port_id) => ({ port_id })) });
  expect(typeOf(await some(one.id, taken.port_id))).toEqual([409, 'ParentPortInUse']);
  const made = await some(one.id, two.id);
  expect([made.status, made.body.trunks.map(({ port_id }: { port_id: string }) => port_id)]).toEqual([
    201,
    [one.id, two.id],
  ]);
  const { project_id } = made.body.trunks[0];
  const used = (await send('GET trunks')).body.trunks.length;
  expect((await send(`GET quotas/${project_id}/details`)).body.quota.trunk).toMatchObject({ used, limit: -1 });
  await send(`PUT quotas/${project_id}`, { quota: { trunk: used } }, front.admin);
  expect(typeOf(await create({ port_id: (await aPort()).id }))).toEqual([409, 'OverQuota']);
  await send(`PUT quotas/${project_id}`, { quota: { trunk: -1 } }, front.admin);
});

test('of trunks that take one port at the same moment, as subport or as parent, one has it', async () => {
  const trunks = await Promise.all(ROUNDS.map(() => aTrunk()));
  const port = await aPort();
  const answers = await Promise.all([
    ...trunks.map(({ id }) => add(id, vlan(port.id, 9))),
    ...ROUNDS.map(() => create({ port_id: port.id })),
  ]);
  expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(15);
  const withIt = await Promise.all(trunks.map(async ({ id }) => (await subports(id)).length));
  const parents = (await send(`GET trunks?port_id=${port.id}`)).body.trunks.length;
  expect(withIt.reduce((sum, n) => sum + n, parents)).toBe(1);
});

test('of subports that take one segment at the same moment, one has it', async () => {
  const { id } = await aTrunk();
  const ports = await Promise.all(ROUNDS.map(() => aPort()));
  const answers = await Promise.all(ports.map((port) => add(id, vlan(port.id, 9))));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
  expect(await subports(id)).toHaveLength(1);
});

test('a port is deleted or becomes a subport, never both', async () => {
  const { id } = await aTrunk();
  for (const at of ROUNDS) {
    const port = await aPort();
    const [added, deleted] = await Promise.all([add(id, vlan(port.id, at + 1)), send(`DELETE ports/${port.id}`)]);
    expect([added.status, deleted.status]).toEqual(added.status === 200 ? [200, 409] : [404, 204]);
  }
  for (const { port_id } of await subports(id)) expect((await send(`GET ports/${port_id}`)).status).toBe(200);
});
