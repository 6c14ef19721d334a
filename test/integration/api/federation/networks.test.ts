import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import { CellDoors } from '#platform/directory/cell-doors.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { addCell } from '#platform/directory/stores/cells.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { PortOnHost } from '#platform/objects/port-binding.ts';
import { systemClock } from '#platform/time/clock.ts';
import { serveApis } from '../../../../api/apis.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { aBuild } from '../../../support/a-build.ts';
import { defaultBudgets } from '../../../support/default-budgets.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { aDoor, type TestDoor } from './a-door.ts';

describe('networks as operators see them', () => {
  let db: TestDatabase<DirectoryTables>;
  let cells: CellDoors;
  let app: FastifyInstance;
  let door: TestDoor;
  const plugged = new Map<string, Omit<PortOnHost, 'portId'>>();
  const state = { silent: false };

  beforeAll(async () => {
    db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
    const seal = createDoorKeySeal(new Secret('a signing key of some length, for tests'));
    door = await aDoor('east', {
      portsOnHosts: async ({ portIds }) => {
        if (state.silent) throw new Error('it does not answer');
        return {
          ports: portIds.flatMap((portId: string) => {
            const at = plugged.get(portId);
            return at === undefined ? [] : [{ portId, ...at }];
          }),
        };
      },
    });
    const { cellId: id, url, key } = door;
    await db.database.transaction((tx) => addCell(tx, seal, { id, name: 'east', url, key }, Date.now()));
    cells = new CellDoors({ directory: db.database, seal, log: silentLogger, refreshEveryMs: 3_600_000 });
    await cells.start();
    const tokens = {
      verify: (token: string) => ({ ...NOBODY, userId: token, projectId: 'p', isAdmin: token === 'admin' }),
    };
    app = Fastify() as unknown as FastifyInstance;
    app.decorateRequest('context');
    const config = { publicUrl: 'http://api.test', checkResponses: true, reservedRanges: [] };
    const rest = { clock: systemClock, tokens, config, ...defaultBudgets(db.database, systemClock) };
    serveApis(app, { directory: db.database, cells, ...rest } as unknown as ApiDeps, ['federation', 'network']);
    await app.ready();
  });
  afterAll(async () => {
    await app.close();
    await cells.stop();
    await door.stop();
    await db.drop();
  });

  const send = async (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object, token = 'admin') => {
    const answer = await app.inject({
      ...{ method, url, headers: { 'x-auth-token': token } },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.statusCode, body: answer.json() };
  };
  const make = async (noun: string, item: object) => {
    const { status, body } = await send('POST', `/network/v2.0/${noun}s`, { [noun]: item });
    expect([status, body]).toMatchObject([201, {}]);
    return body[noun];
  };
  const trace = async (body: object) => (await send('POST', '/federation/v1/traces', body)).body.trace;
  const show = async (id: string) => (await send('GET', `/federation/v1/networks/${id}`)).body;

  /** A port that a server in cell `east` uses, on this host. */
  async function aServer(network_id: string, hostName: string, security_groups: readonly string[] = []) {
    const port = await make('port', { network_id, security_groups });
    const uuid = randomUUID();
    const build = aBuild({ uuid, name: `on ${hostName}` });
    await db.database.transaction((tx) => acceptBuilds(tx, [build], Date.now()));
    await db.database.write
      .updateTable('instance_homes')
      .set({ cell_id: door.cellId })
      .where('uuid', '=', uuid)
      .execute();
    await db.database.write
      .updateTable('ports')
      .set({ device_id: uuid, device_owner: 'compute:nova' })
      .where('id', '=', port.id)
      .execute();
    plugged.set(port.id, { hostName, up: true, enforcesGroups: true, settled: true, error: null });
    return { id: port.id as string, address: port.fixed_ips[0].ip_address as string };
  }
  const aNetwork = async (cidr: string) => {
    const network = await make('network', { name: cidr });
    const subnet = await make('subnet', { network_id: network.id, ip_version: 4, cidr });
    return { id: network.id as string, subnet: subnet.id as string };
  };

  it('traces from port to port: within a network, by a router, and to the rule that drops', async () => {
    const [a, b] = [await aNetwork('10.1.0.0/24'), await aNetwork('10.2.0.0/24')];
    const web = (await send('POST', '/network/v2.0/security-groups', { security_group: { name: 'web' } })).body
      .security_group;
    const rule = (
      await send('POST', '/network/v2.0/security-group-rules', {
        security_group_rule: {
          ...{ security_group_id: web.id, direction: 'ingress', protocol: 'tcp' },
          ...{ port_range_min: 80, port_range_max: 80, remote_group_id: web.id },
        },
      })
    ).body.security_group_rule;
    const [one, two] = [await aServer(a.id, 'h1', [web.id]), await aServer(b.id, 'h2', [web.id])];

    const lost = await trace({ from: one.id, to: two.id, port: 80 });
    expect([lost.verdict, lost.hops.at(-1).reason]).toEqual([
      'drops',
      `no router of the network leads to ${two.address}`,
    ]);

    const router = await make('router', { name: 'edge' });
    for (const { subnet } of [a, b])
      await send('PUT', `/network/v2.0/routers/${router.id}/add_router_interface`, { subnet_id: subnet });
    const found = await trace({ from: one.id, to: two.id, port: 80 });
    expect(found).toMatchObject({
      verdict: 'passes',
      packet: { from: one.address, to: two.address, protocol: 6, port: 80 },
    });
    expect(found.hops.at(-1)).toMatchObject({
      ...{ at: 'security groups', cell: 'east', host: 'h2' },
      reason: `rule ${rule.id} of group ${web.id} allows it`,
    });
    expect((await trace({ from: one.id, to: two.id, port: 22 })).verdict).toBe('drops');
    expect((await trace({ from: one.id, to: two.address, port: 80 })).verdict).toBe('passes');
    expect((await trace({ from: one.id, to: two.id, port: 80, sender: '10.1.0.200' })).hops.at(-1).at).toBe('sender');

    const map = await show(b.id);
    expect(map).toMatchObject({ network: { name: '10.2.0.0/24' }, more: false, silentCells: [] });
    expect(map.routers).toEqual([{ id: router.id, name: 'edge', addresses: ['10.2.0.1'], leadsOutside: false }]);
    expect(map.ports.find(({ id }: { id: string }) => id === two.id)).toMatchObject({
      ...{ cell: 'east', host: 'h2', deviceName: 'on h2', problem: null, addresses: [two.address] },
    });
  });

  it('is not sure where a cell is silent, and says which', async () => {
    const { id } = await aNetwork('10.3.0.0/24');
    const [one, two] = [await aServer(id, 'h1'), await aServer(id, 'h2')];
    state.silent = true;
    try {
      expect(await trace({ from: one.id, to: two.id })).toMatchObject({ silentCells: ['east'] });
      expect(await show(id)).toMatchObject({ silentCells: ['east'], ports: [{ host: null }, { host: null }] });
    } finally {
      state.silent = false;
    }
  });

  it('tells what a host says of a port', async () => {
    const { id } = await aNetwork('10.4.0.0/24');
    const { id: port } = await aServer(id, 'h1');
    plugged.set(port, { hostName: 'h1', up: true, enforcesGroups: false, settled: true, error: 'no VXLAN here' });
    expect((await show(id)).ports).toMatchObject([{ problem: 'no VXLAN here' }]);
  });

  it('names the wrong field, and is for admins', async () => {
    const { id } = await aNetwork('10.5.0.0/24');
    const one = await aServer(id, 'h1');
    const field = async (body: object) => {
      const answer = await send('POST', '/federation/v1/traces', body);
      return [answer.status, answer.body.error?.details?.field];
    };
    expect(await field({ from: randomUUID(), to: one.id })).toEqual([400, 'from']);
    expect(await field({ from: one.id, to: 'nowhere' })).toEqual([400, 'to']);
    expect(await field({ from: one.id, to: 'fd00::1' })).toEqual([400, 'to']);
    expect(await field({ from: one.id, to: one.id, protocol: 'carrier-pigeon' })).toEqual([400, 'protocol']);
    expect(await field({ from: one.id, to: one.id, sender: 'me' })).toEqual([400, 'sender']);
    expect((await send('POST', '/federation/v1/traces', { from: one.id, to: one.id }, 'member')).status).toBe(403);
    expect((await send('GET', `/federation/v1/networks/${id}`, undefined, 'member')).status).toBe(403);
    expect((await send('GET', `/federation/v1/networks/${randomUUID()}`)).status).toBe(404);
  });
});
