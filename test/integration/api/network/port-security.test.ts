import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { resolveNetworks } from '#platform/directory/stores/server-networks.ts';
import { createServerPorts } from '#platform/directory/stores/server-ports.ts';
import { useFrontApp } from '../use-front-app.ts';

/** `port_security_enabled` of networks and ports. */
const front = useFrontApp();
let open: string;
let secured: string;
let group: string;

const send = (path: string, body?: object, token = front.demo) =>
  front.send(path, { token, ...(body === undefined ? {} : { body }) });
const aPort = async (port: object, token?: string) => send('POST /network/v2.0/ports', { port }, token);
const put = (id: string, port: object) => send(`PUT /network/v2.0/ports/${id}`, { port });

beforeAll(async () => {
  const aNetwork = async (network: object, cidr: string) => {
    const { id } = (await send('POST /network/v2.0/networks', { network })).body.network;
    await send('POST /network/v2.0/subnets', { subnet: { network_id: id, ip_version: 4, cidr } });
    return id;
  };
  open = await aNetwork({ name: 'open', port_security_enabled: false }, '10.0.0.0/24');
  secured = await aNetwork({ name: 'secured' }, '10.0.1.0/24');
  const made = await send('POST /network/v2.0/security-groups', { security_group: { name: 'g' } });
  group = made.body.security_group.id;
});

test('a network keeps it, and is listed by it', async () => {
  const listed = async (value: boolean) =>
    (await send(`GET /network/v2.0/networks?port_security_enabled=${value}`)).body.networks.map(
      ({ id }: { id: string }) => id,
    );
  expect([await listed(false), await listed(true)]).toEqual([[open], [secured]]);
  const change = (port_security_enabled: boolean) =>
    send(`PUT /network/v2.0/networks/${secured}`, { network: { port_security_enabled } });
  expect((await change(false)).body.network.port_security_enabled).toBe(false);
  expect((await aPort({ network_id: secured })).body.port.port_security_enabled).toBe(false);
  expect((await change(true)).body.network.port_security_enabled).toBe(true);
});

test('a port begins with that of its network, and says otherwise', async () => {
  const shown = async (port: object) => {
    const { port_security_enabled, security_groups } = (await aPort(port)).body.port;
    return [port_security_enabled, security_groups.length];
  };
  expect(await shown({ network_id: open })).toEqual([false, 0]);
  expect(await shown({ network_id: secured })).toEqual([true, 1]);
  expect(await shown({ network_id: open, port_security_enabled: true })).toEqual([true, 1]);
  expect(await shown({ network_id: secured, port_security_enabled: false })).toEqual([false, 0]);
});

test('without it a port has no groups', async () => {
  for (const port of [{ network_id: open }, { network_id: secured, port_security_enabled: false }]) {
    const refused = await aPort({ ...port, security_groups: [group] });
    expect([refused.status, refused.body.NeutronError.type]).toEqual([
      400,
      'PortSecurityAndIPRequiredForSecurityGroups',
    ]);
    expect((await aPort({ ...port, security_groups: [] })).status).toBe(201);
  }
  const { id } = (await aPort({ network_id: secured })).body.port;
  const kept = await put(id, { port_security_enabled: false });
  expect([kept.status, kept.body.NeutronError.type]).toEqual([409, 'PortSecurityPortHasSecurityGroup']);
  expect((await put(id, { port_security_enabled: false, security_groups: [group] })).status).toBe(400);
  const off = await put(id, { port_security_enabled: false, security_groups: [] });
  expect(off.body.port).toMatchObject({ port_security_enabled: false, security_groups: [] });
  expect((await put(id, { security_groups: [group] })).status).toBe(400);
  const on = await put(id, { port_security_enabled: true, security_groups: [group] });
  expect(on.body.port).toMatchObject({ port_security_enabled: true, security_groups: [group] });
});

test("on another project's network only an admin chooses it", async () => {
  await send(`PUT /network/v2.0/networks/${secured}`, { network: { shared: true } }, front.admin);
  const port = { network_id: secured };
  expect((await aPort({ ...port, port_security_enabled: false }, front.outsider)).status).toBe(403);
  const { id } = (await aPort(port, front.outsider)).body.port;
  const change = { port: { port_security_enabled: false, security_groups: [] } };
  expect((await send(`PUT /network/v2.0/ports/${id}`, change, front.outsider)).status).toBe(403);
  expect((await send(`PUT /network/v2.0/ports/${id}`, change, front.admin)).status).toBe(200);
});

test('ports that are made for a server begin with that of their network', async () => {
  const { projectId } = await front.deps.tokens.verify(front.demo);
  const entries = await resolveNetworks(
    front.directory.read,
    { projectId, isAdmin: false },
    [open, secured].map((networkId) => ({ networkId, portId: null, fixedIp: null, tag: null })),
  );
  const request = { projectId, instanceUuids: [randomUUID()], entries, securityGroupIds: [group] };
  const [ports = []] = await front.directory.transaction((tx) =>
    createServerPorts(tx, { ...request, now: new Date().toISOString() }),
  );
  expect(ports.map(({ securityGroupIds }) => securityGroupIds)).toEqual([[], [group]]);
  const shown = await Promise.all(ports.map(({ id }) => send(`GET /network/v2.0/ports/${id}`)));
  expect(
    shown.map(({ body: { port } }) => [port.network_id, port.port_security_enabled, port.security_groups]),
  ).toEqual([
    [open, false, []],
    [secured, true, [group]],
  ]);
});
