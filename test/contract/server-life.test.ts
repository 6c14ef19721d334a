import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createFlavor, getFlavor } from '#platform/directory/stores/flavors.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { projectUsages } from '#platform/directory/stores/quotas.ts';
import { waitUntil } from '../support/wait-until.ts';
import { sendTo } from './send-to.ts';
import { useRegion } from './use-region.ts';

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
  readonly body: any;
}

const { region, fixture } = useRegion();

async function send(
  what: string,
  body?: unknown,
  version = '2.104',
  who: 'member' | 'admin' = 'member',
): Promise<Reply> {
  const request = what.replace(' ', ' /compute/v2.1');
  const { status, headers, text } = await sendTo(region, fixture, request, { version, isAdmin: who === 'admin', body });
  return { status, headers, body: text === '' ? undefined : JSON.parse(text) };
}

const imageRef = () => fixture.values('glance.auto_disk_config_enabled_image.id');
const order = (rest: Record<string, unknown> = {}) => ({
  server: { name: 'one', flavorRef: '1', imageRef: imageRef(), networks: 'auto', ...rest },
});
const show = async (id: string): Promise<Record<string, unknown>> => (await send(`GET /servers/${id}`)).body.server;
const becomes = (id: string, status: string) =>
  waitUntil(`server ${id} ${status}`, async () => {
    const server = await show(id);
    return server.status === status && server['OS-EXT-STS:task_state'] === null ? server : undefined;
  });
const act = (id: string, action: Record<string, unknown>) => send(`POST /servers/${id}/action`, action);
const inUse = async () => {
  const { instances, cores, ram } = await projectUsages(region.directory.read, fixture.projectId);
  return { instances, cores, ram };
};
/** The quota that a resize reserved comes back once the cell is idle again. */
const comesToUse = async (expected: Awaited<ReturnType<typeof inUse>>) =>
  waitUntil(
    `the quota to be ${JSON.stringify(expected)}`,
    async () => JSON.stringify(await inUse()) === JSON.stringify(expected),
  );
async function anActiveServer(rest: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await send('POST /servers', order(rest));
  expect(status).toBe(202);
  await becomes(body.server.id, 'ACTIVE');
  return body.server.id;
}
async function networkId(): Promise<string> {
  const query = region.directory.read.selectFrom('networks').select('id').where('project_id', '=', fixture.projectId);
  return (await query.executeTakeFirstOrThrow()).id;
}
async function gone(id: string): Promise<void> {
  expect((await send(`DELETE /servers/${id}`)).status).toBe(204);
  await waitUntil(`server ${id} gone`, async () => (await send(`GET /servers/${id}`)).status === 404);
  // Its quota comes back when the cell's notice has arrived.
  await waitUntil(`home of ${id} ended`, async () => (await getHome(region.directory.read, id))?.state === 'deleted');
}

describe('the life of a server', () => {
  it('goes through its power states, and refuses what does not fit them', async () => {
    const id = await anActiveServer();
    expect((await act(id, { 'os-start': null })).status).toBe(409);
    for (const [action, status] of [
      ['os-stop', 'SHUTOFF'],
      ['os-start', 'ACTIVE'],
      ['pause', 'PAUSED'],
      ['unpause', 'ACTIVE'],
      ['suspend', 'SUSPENDED'],
      ['resume', 'ACTIVE'],
    ] as const) {
      expect((await act(id, { [action]: null })).status).toBe(202);
      await becomes(id, status);
    }
    for (const type of ['SOFT', 'HARD']) {
      expect((await act(id, { reboot: { type } })).status).toBe(202);
      await becomes(id, 'ACTIVE');
    }
    const { body } = await send(`GET /servers/${id}/os-instance-actions`);
    const names = body.instanceActions.map(({ action }: { action: string }) => action);
    expect(names).toEqual(['reboot', 'reboot', 'resume', 'suspend', 'unpause', 'pause', 'start', 'stop', 'create']);
    const { request_id: requestId } = body.instanceActions.at(-1);
    const shown = await send(`GET /servers/${id}/os-instance-actions/${requestId}`);
    expect(shown.body.instanceAction.events.length).toBeGreaterThan(0);
    await gone(id);
  });

  it('is resized and reverted, resized and confirmed, with exact quota throughout', async () => {
    const id = await anActiveServer();
    const before = await inUse();
    const toSmall = { resize: { flavorRef: '2' } };
    expect((await act(id, toSmall)).status).toBe(202);
    await becomes(id, 'VERIFY_RESIZE');
    expect(await inUse()).toEqual({ ...before, ram: before.ram + 1_536 });
    expect((await act(id, { revertResize: null })).status).toBe(202);
    await becomes(id, 'ACTIVE');
    expect((await show(id)).flavor).toMatchObject({ original_name: 'm1.tiny' });
    await comesToUse(before);
    await act(id, toSmall);
    await becomes(id, 'VERIFY_RESIZE');
    expect((await act(id, { confirmResize: null })).status).toBe(204);
    await becomes(id, 'ACTIVE');
    expect((await show(id)).flavor).toMatchObject({ original_name: 'm1.small' });
    expect(await inUse()).toEqual({ ...before, ram: before.ram + 1_536 });
    expect((await act(id, toSmall)).status).toBe(400);
    await gone(id);
  });

  it('gives everything back when it is deleted', async () => {
    const before = await inUse();
    const id = await anActiveServer();
    expect((await inUse()).instances).toBe(before.instances + 1);
    await gone(id);
    expect(await inUse()).toEqual(before);
    const ports = await region.directory.read.selectFrom('ports').select('id').where('device_id', '=', id).execute();
    expect(ports).toEqual([]);
  });

  it('keeps metadata, tags, name and lock', async () => {
    const id = await anActiveServer({ metadata: { a: '1' }, tags: ['red'] });
    await send(`POST /servers/${id}/metadata`, { metadata: { b: '2' } });
    await send(`DELETE /servers/${id}/metadata/a`);
    expect((await send(`PUT /servers/${id}/tags/blue`)).status).toBe(201);
    expect((await send(`PUT /servers/${id}/tags/blue`)).status).toBe(204);
    expect((await send(`DELETE /servers/${id}/tags/green`)).status).toBe(404);
    const pinned = { name: 'other', description: 'said', pinned_availability_zone: 'nova' };
    expect((await send(`PUT /servers/${id}`, { server: pinned })).status).toBe(200);
    await act(id, { lock: { locked_reason: 'because' } });
    const server = await show(id);
    expect(server).toMatchObject({
      name: 'other',
      description: 'said',
      metadata: { b: '2' },
      tags: ['red', 'blue'],
      locked: true,
      locked_reason: 'because',
      pinned_availability_zone: 'nova',
    });
    expect((await act(id, { 'os-stop': null })).status).toBe(409);
    expect((await send(`PUT /servers/${id}/metadata`, { metadata: {} })).status).toBe(409);
    expect((await act(id, { unlock: null })).status).toBe(202);
    await gone(id);
  });

  it('has its access addresses in canonical form, however long they were given (F1)', async () => {
    const long = '0000:0000:0000:0000:0000:babe:220.12.22.2';
    const id = await anActiveServer({ accessIPv6: long });
    expect((await show(id)).accessIPv6).toBe('::babe:dc0c:1602');
    const put = await send(`PUT /servers/${id}`, { server: { accessIPv6: long.replace('babe', 'BEEF') } });
    expect([put.status, put.body.server?.accessIPv6]).toEqual([200, '::beef:dc0c:1602']);
    await gone(id);
  });

  it.each([
    ['2.18', 'one'],
    ['2.19', null],
  ])('made at %s without a description has %j as its description, and no user data (F9)', async (version, text) => {
    const networks = [{ uuid: await networkId() }];
    const { status, body } = await send('POST /servers', order({ networks }), version);
    expect(status).toBe(202);
    await becomes(body.server.id, 'ACTIVE');
    const shown = await send(`GET /servers/${body.server.id}`, undefined, '2.90', 'admin');
    expect(shown.body.server.description).toBe(text);
    expect(shown.body.server['OS-EXT-SRV-ATTR:user_data']).toBeNull();
    await gone(body.server.id);
  });

  it('is among the changes before its own `updated` (F8)', async () => {
    const id = await anActiveServer({ name: 'changed' });
    const { updated } = await show(id);
    for (const list of ['servers', 'servers/detail']) {
      const { body } = await send(`GET /${list}?name=^changed$&changes-before=${updated}`);
      expect(body.servers.map((server: { id: string }) => server.id)).toEqual([id]);
    }
    await gone(id);
  });

  it('is pinned to a zone, and released from it, by that name alone', async () => {
    const id = await anActiveServer();
    const pin = (server: Record<string, unknown>, version?: string) => send(`PUT /servers/${id}`, { server }, version);
    expect((await pin({ pinned_availability_zone: 'nova' })).body.server.pinned_availability_zone).toBe('nova');
    expect((await pin({ pinned_availability_zone: null })).body.server.pinned_availability_zone).toBeNull();
    expect((await pin({ pinned_availability_zone: 'none' })).status).toBe(400);
    expect((await pin({ availability_zone: 'nova' })).status).toBe(400);
    expect((await pin({ availability_zone: null })).status).toBe(400);
    expect((await pin({ pinned_availability_zone: null }, '2.103')).status).toBe(400);
    await gone(id);
  });

  it.each([
    ['2.31', 400],
    ['2.32', 202],
    ['2.33', 202],
    ['2.36', 202],
    ['2.37', 400],
    ['2.41', 400],
    ['2.42', 202],
  ])('at %s a network with a tag is %i', async (version, status) => {
    const networks = [{ uuid: await networkId(), tag: 'front' }];
    const { body, ...reply } = await send('POST /servers', order({ networks }), version);
    expect(reply.status).toBe(status);
    if (status === 202) await gone(body.server.id);
  });

  it('of a silent cell is a 503, not a 404, where it cannot be shown in part', async () => {
    const id = await anActiveServer();
    region.silence(true);
    const answers = await Promise.all(
      ['2.1', '2.68', '2.69', '2.104'].map((version) => send(`GET /servers/${id}`, undefined, version)),
    ).finally(() => region.silence(false));
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 200, 200]);
    expect(answers[0]?.body.serviceUnavailable?.message ?? JSON.stringify(answers[0]?.body)).toMatch(/does not answer/);
    await gone(id);
  });

  it('of a silent cell is listed with everything that the directory knows', async () => {
    const known = { metadata: { role: 'db' }, tags: ['red'], description: 'said' };
    const id = await anActiveServer({ ...known, networks: [{ uuid: await networkId(), fixed_ip: '10.0.0.78' }] });
    const listed = async () => {
      const { status, headers, body } = await send('GET /servers/detail');
      const servers: { id: string }[] = body.servers;
      return { status, silent: headers['x-volvox-silent-cells'], row: servers.find((server) => server.id === id) };
    };
    const healthy = await listed();
    region.silence(true);
    const partial = await listed().finally(() => region.silence(false));
    expect([healthy.silent, partial.status]).toEqual([undefined, 200]);
    const names = ['name', 'flavor', 'image', 'addresses', 'created', 'user_id', 'tenant_id', 'security_groups'];
    const of = (row: object | undefined) =>
      Object.fromEntries([...names, ...Object.keys(known)].map((name) => [name, Reflect.get(row ?? {}, name)]));
    expect(of(partial.row)).toEqual(of(healthy.row));
    expect(partial.row).toMatchObject({ ...known, status: 'UNKNOWN', name: 'one' });
    expect(JSON.stringify(of(partial.row).addresses)).toContain('10.0.0.78');
    await gone(id);
  });

  it('says what it has of the network', async () => {
    const id = await anActiveServer({ networks: [{ uuid: await networkId(), fixed_ip: '10.0.0.77', tag: 'front' }] });
    const fixed = [{ ip_address: '10.0.0.77', subnet_id: expect.any(String) }];
    const { body } = await send(`GET /servers/${id}/os-interface`);
    expect(body.interfaceAttachments).toEqual([
      {
        port_id: expect.any(String),
        net_id: await networkId(),
        mac_addr: expect.stringMatching(/^fa:16:3e:/),
        port_state: 'ACTIVE',
        fixed_ips: fixed,
        tag: 'front',
      },
    ]);
    const [{ port_id: portId }] = body.interfaceAttachments;
    const shown = await send(`GET /servers/${id}/os-interface/${portId}`, undefined, '2.1');
    expect(shown.body.interfaceAttachment).toMatchObject({ port_id: portId, fixed_ips: fixed });
    expect(shown.body.interfaceAttachment).not.toHaveProperty('tag');
    expect((await send(`GET /servers/${id}/os-interface/${id}`)).status).toBe(404);
    expect((await send(`GET /servers/${id}/ips/private`)).body).toEqual({
      private: [{ version: 4, addr: '10.0.0.77' }],
    });
    expect((await send(`GET /servers/${id}/ips/public`)).status).toBe(404);
    const groups = await send(`GET /servers/${id}/os-security-groups`);
    expect(groups.body.security_groups).toMatchObject([{ name: 'default', tenant_id: fixture.projectId }]);
    const taken = await send(
      'POST /servers',
      order({ networks: [{ uuid: await networkId(), fixed_ip: '10.0.0.77' }] }),
    );
    expect(taken.status).toBe(400);
    await gone(id);
  });

  it('is several of one request', async () => {
    const { body } = await send('POST /servers', order({ min_count: 2, max_count: 3, return_reservation_id: true }));
    expect(body.reservation_id).toMatch(/^r-[a-z0-9]{8}$/);
    const list = await send('GET /servers?name=^one-[123]$&sort_key=display_name&sort_dir=asc');
    const servers: { id: string; name: string }[] = list.body.servers;
    expect(servers.map(({ name }) => name)).toEqual(['one-1', 'one-2', 'one-3']);
    for (const { id } of servers) await gone(id);
  });

  it('is an error with the counted reasons when no host has capacity', async () => {
    await region.directory.transaction(async (tx) => {
      const { createdAt: _c, updatedAt: _u, ...tiny } = await getFlavor(tx, '1', { projectId: null, isAdmin: true });
      await createFlavor(
        tx,
        { ...tiny, id: 'huge', name: 'huge', vcpus: 19, diskGb: 1_000_000 },
        new Date().toISOString(),
      );
    });
    const { body } = await send('POST /servers', order({ flavorRef: 'huge' }));
    const server = await becomes(body.server.id, 'ERROR');
    expect(server.fault).toMatchObject({ code: 500, message: expect.stringMatching(/^No valid host was found/) });
    await gone(body.server.id);
  });
});

describe('the host of a server', () => {
  const UP = /^ \d\d:\d\d:\d\d up /;
  it('says how long it has run (F10)', async () => {
    const listed = await send('GET /os-hypervisors/detail', undefined, '2.88', 'admin');
    const [host] = listed.body.hypervisors;
    expect(host.uptime).toMatch(UP);
    const own = await send(`GET /os-hypervisors/${host.id}/uptime`, undefined, '2.53', 'admin');
    expect([own.status, own.body.hypervisor?.uptime]).toEqual([200, expect.stringMatching(UP)]);
  });
});

describe('paging', () => {
  it('goes through all servers once, in order', async () => {
    await send('POST /servers', order({ name: 'page', min_count: 5 }));
    const seen: string[] = [];
    let next = 'GET /servers?limit=2&name=^page&sort_key=display_name&sort_dir=asc';
    for (let pages = 0; pages < 5; pages++) {
      const { body } = await send(next);
      seen.push(...body.servers.map(({ name }: { name: string }) => name));
      const [link] = body.servers_links ?? [];
      if (link === undefined) break;
      next = `GET ${link.href.slice(link.href.indexOf('/servers'))}`;
    }
    expect(seen).toEqual(['page-1', 'page-2', 'page-3', 'page-4', 'page-5']);
  });
});

describe('bad input', () => {
  const other = randomBytes(16).toString('hex');
  const cases: readonly [string, Record<string, unknown>, number, RegExp][] = [
    ['an unknown field', { colour: 'red' }, 400, /Additional properties are not allowed \('colour' was unexpected\)/],
    ['a missing network', { networks: undefined }, 400, /'networks' is a required property/],
    ['a flavor that is not there', { flavorRef: 'none' }, 400, /Flavor none could not be found/],
    [
      'an image that is not there',
      { imageRef: '00000000-0000-0000-0000-000000000000' },
      400,
      /Can not find requested image/,
    ],
    ['a key that is not there', { key_name: 'none' }, 400, /Invalid key_name provided/],
    ['a zone that is not there', { availability_zone: 'none' }, 400, /availability zone is not available/],
    ['a host, by no admin', { availability_zone: 'nova:host' }, 403, /create:forced_host/],
    ['user data that is no base64', { user_data: '???' }, 400, /is not a 'base64'/],
    ['counts the wrong way round', { min_count: 3, max_count: 2 }, 400, /min_count must be <= max_count/],
    ['more than the quota', { min_count: 1_000 }, 403, /Quota exceeded for/],
    [
      'a volume',
      { block_device_mapping_v2: [{ source_type: 'volume', destination_type: 'volume', uuid: other }] },
      400,
      /failed to get volume .*no volume service/,
    ],
    [
      'a network that is not there',
      { networks: [{ uuid: '00000000-0000-0000-0000-000000000000' }] },
      400,
      /could not be found/,
    ],
    [
      'a security group that is not there',
      { security_groups: [{ name: 'none' }] },
      400,
      /Security group none not found/,
    ],
    ['an empty name', { name: '' }, 400, /field\/attribute server\.name/],
    ['too many tags', { tags: Array.from({ length: 51 }, (_, i) => `t${i}`) }, 400, /is too long/],
  ];
  for (const [what, rest, status, message] of cases) {
    it(`refuses ${what}`, async () => {
      const before = await inUse();
      const reply = await send('POST /servers', order(rest));
      expect(reply.status).toBe(status);
      const [fault] = Object.values(reply.body) as { message: string }[];
      expect(fault?.message).toMatch(message);
      expect(await inUse()).toEqual(before);
    });
  }

  it.each(['image', 'flavor', 'user_id', 'name'])('finds no server whose %s is text that nothing has', async (name) => {
    const { status, body } = await send(`GET /servers?all_tenants=1&${name}=%C3%BC`, undefined, '2.96', 'admin');
    expect([status, body.servers]).toEqual([200, []]);
  });

  it('refuses lists that ask for what is not there', async () => {
    expect((await send('GET /servers?colour=red')).status).toBe(400);
    expect((await send('GET /servers?sort_key=colour')).status).toBe(400);
    expect((await send('GET /servers?limit=-1')).status).toBe(400);
    expect((await send('GET /servers?status=NONE')).status).toBe(400);
    expect((await send('GET /servers?marker=00000000-0000-0000-0000-000000000000')).status).toBe(400);
    expect((await send('GET /servers?all_tenants=1')).status).toBe(403);
    expect((await send('GET /servers?sort_key=host')).status).toBe(403);
    expect((await send('GET /servers/nonsense')).status).toBe(404);
  });
});
