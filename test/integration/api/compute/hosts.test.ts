import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type ComputeApp, createComputeApp } from './compute-app.ts';
import { aCell, aHost, stubCells } from './stub-cells.ts';

const H1 = '11111111-1111-4111-8111-111111111111';
const H2 = '22222222-2222-4222-8222-222222222222';
const alpha = aCell('alpha', [aHost('host1', H1)]);
const beta = aCell('beta', [aHost('host2', H2, { enabled: false, disabledReason: 'broken' })]);
alpha.servers = [{ uuid: '33333333-3333-4333-8333-333333333333', name: 'web', host: 'host1' }];

let api: ComputeApp;
let scheduler: () => Promise<unknown> = async () => ({ cells: [] });
beforeAll(async () => {
  api = await createComputeApp(stubCells([alpha, beta], () => scheduler()));
});
beforeEach(() => {
  alpha.silent = false;
  beta.silent = false;
});
afterAll(() => api.close());

describe('services', () => {
  const compute = {
    binary: 'nova-compute',
    host: 'host2',
    zone: 'nova',
    status: 'disabled',
    state: 'up',
    updated_at: '2026-01-01T00:00:00.500000',
    disabled_reason: 'broken',
  };
  it.each([
    ['2.1', { id: 0x22222222, ...compute }],
    ['2.11', { id: 0x22222222, ...compute, forced_down: false }],
    ['2.53', { id: H2.replace(/^./, 'a'), ...compute, forced_down: false }],
  ])('at %s', async (version, expected) => {
    const { body } = await api.send('admin', 'GET /os-services?host=host2', version);
    expect(body.services).toEqual([version === '2.53' ? expected : { ...expected, id: 0x2222_2222 }]);
  });
  it('lists scheduler, conductors and computes', async () => {
    const { body } = await api.send('admin', 'GET /os-services', '2.53');
    expect(body.services.map((s: { binary: string; zone: string }) => `${s.binary} ${s.zone}`).sort()).toEqual([
      'nova-compute nova',
      'nova-compute nova',
      'nova-conductor internal',
      'nova-conductor internal',
      'nova-scheduler internal',
    ]);
    expect((await api.send('admin', 'GET /os-services?binary=nova-scheduler')).body.services).toHaveLength(1);
    expect((await api.send('member', 'GET /os-services')).status).toBe(403);
    expect((await api.send('admin', 'GET /os-services?x=1', '2.75')).status).toBe(400);
  });
  it.each(['unavailable', 'deadline-exceeded', 'unauthenticated'] as const)(
    'a scheduler that is %s is down',
    async (kind) => {
      const answering = scheduler;
      scheduler = async () => {
        throw new VolvoxError(kind, 'no');
      };
      const { status, body } = await api.send('admin', 'GET /os-services?binary=nova-scheduler');
      scheduler = answering;
      expect([status, body.services[0].state]).toEqual([200, 'down']);
    },
  );
  it('of a silent cell are UNKNOWN since 2.69, left out before, and the cell is named', async () => {
    await api.send('admin', 'GET /os-services');
    beta.silent = true;
    const now = await api.send('admin', 'GET /os-services?host=host2', '2.69');
    expect(now.body.services).toEqual([{ binary: 'nova-compute', host: 'host2', status: 'UNKNOWN' }]);
    expect(now.headers['x-volvox-silent-cells']).toBe('beta');
    expect((await api.send('admin', 'GET /os-services?host=host2', '2.68')).body.services).toEqual([]);
  });
  it('are updated by host and binary until 2.52', async () => {
    const put = (verb: string, body: object, version = '2.11') =>
      api.send('admin', `PUT /os-services/${verb}`, version, body);
    const host1 = { host: 'host1', binary: 'nova-compute' };
    expect((await put('disable', host1)).body).toEqual({ service: { ...host1, status: 'disabled' } });
    expect((await put('disable-log-reason', { ...host1, disabled_reason: 'test2' })).body).toEqual({
      service: { ...host1, status: 'disabled', disabled_reason: 'test2' },
    });
    expect((await put('force-down', { ...host1, forced_down: true })).body).toEqual({
      service: { ...host1, forced_down: true },
    });
    expect((await put('enable', host1)).body).toEqual({ service: { ...host1, status: 'enabled' } });
    expect((await put('force-down', host1, '2.10')).status).toBe(404);
    expect((await put('explode', host1)).body.itemNotFound.message).toContain('Unknown action');
    expect((await put('enable', { ...host1, host: 'nope' })).body.itemNotFound.message).toBe(
      'Could not find binary nova-compute on host nope.',
    );
    await put('force-down', { ...host1, forced_down: false });
  });
  it('are updated by uuid since 2.53', async () => {
    const id = H1.replace(/^./, 'a');
    const put = (body: object, of = id) => api.send('admin', `PUT /os-services/${of}`, '2.53', body);
    expect((await put({ status: 'disabled', disabled_reason: 'maint' })).body.service).toEqual({
      id,
      binary: 'nova-compute',
      host: 'host1',
      zone: 'nova',
      status: 'disabled',
      state: 'up',
      updated_at: '2026-01-01T00:00:00.500000',
      disabled_reason: 'maint',
      forced_down: false,
    });
    expect((await put({ status: 'enabled' })).body.service.disabled_reason).toBeNull();
    expect((await put({ status: 'enabled', disabled_reason: 'x' })).body.badRequest.message).toContain(
      "Specifying disabled_reason when status is 'enabled' is invalid.",
    );
    expect((await put({})).body.badRequest.message).toBe(
      "No updates were requested. Fields 'status' or 'forced_down' should be specified.",
    );
    expect((await put({ status: 'enabled' }, '12')).status).toBe(400);
    expect((await put({ status: 'enabled' }, '99999999-9999-4999-8999-999999999999')).status).toBe(404);
    expect((await put({ status: 'enabled' }, '00000001-0000-4000-8000-000000000000')).body.badRequest.message).toBe(
      'Updating a nova-scheduler service is not supported. Must be nova-compute.',
    );
  });
});

describe('hypervisors', () => {
  const summary = { hypervisor_hostname: 'host1', state: 'up', status: 'enabled' };
  const capacity = {
    vcpus: 8,
    vcpus_used: 2,
    memory_mb: 16384,
    memory_mb_used: 1536,
    free_ram_mb: 14848,
    local_gb: 100,
    local_gb_used: 10,
    free_disk_gb: 90,
    disk_available_least: 90,
    running_vms: 1,
    current_workload: 0,
  };
  const constant = { hypervisor_type: 'QEMU', hypervisor_version: 7002000, host_ip: '10.0.0.1' };
  const oldId = 0x11111111;
  const service = (id: number | string) => ({ id, host: 'host1', disabled_reason: null });
  const cpuInfo = { arch: 'x86_64', features: [] };
  it.each([
    ['2.1', oldId, { ...capacity, cpu_info: JSON.stringify(cpuInfo), service: service(0x21111111) }],
    ['2.28', oldId, { ...capacity, cpu_info: cpuInfo, service: service(0x21111111) }],
    ['2.53', H1, { ...capacity, cpu_info: cpuInfo, service: service(H1.replace(/^./, 'a')) }],
    ['2.88', H1, { uptime: ' 08:32:11 up 93 days', service: service(H1.replace(/^./, 'a')) }],
  ])('at %s', async (version, id, rest) => {
    const { status, body } = await api.send('admin', `GET /os-hypervisors/${id}`, version);
    expect(status).toBe(200);
    expect(body.hypervisor).toEqual({ id, ...summary, ...constant, ...rest });
    const listed = await api.send('admin', 'GET /os-hypervisors', version);
    expect(listed.body.hypervisors[0]).toEqual({ id, ...summary });
  });
  it('pages from 2.33 with a link', async () => {
    const { body } = await api.send('admin', 'GET /os-hypervisors?limit=1', '2.53');
    expect(body.hypervisors_links[0].href).toBe(`http://volvox.test/compute/v2.1/os-hypervisors?limit=1&marker=${H1}`);
    const next = await api.send('admin', `GET /os-hypervisors/detail?limit=1&marker=${H1}`, '2.53');
    expect(next.body.hypervisors.map((h: { id: string }) => h.id)).toEqual([H2]);
    expect((await api.send('admin', 'GET /os-hypervisors?marker=x', '2.53')).status).toBe(400);
  });
  it('shows servers when asked, also none since 2.75', async () => {
    const servers = async (version: string) => {
      const { body } = await api.send('admin', 'GET /os-hypervisors?with_servers=true', version);
      return body.hypervisors.map((h: { servers?: unknown }) => h.servers);
    };
    const web = [{ uuid: '33333333-3333-4333-8333-333333333333', name: 'web' }];
    expect(await servers('2.53')).toEqual([web, undefined]);
    expect(await servers('2.75')).toEqual([web, []]);
    expect((await api.send('admin', 'GET /os-hypervisors/host1/servers', '2.52')).body.hypervisors[0].servers).toEqual(
      web,
    );
    expect((await api.send('admin', 'GET /os-hypervisors/host1/servers', '2.53')).status).toBe(404);
  });
  it('shows live servers only, and all of them', async () => {
    const before = alpha.servers;
    const many = Array.from({ length: 2_300 }, (_, at) => ({
      uuid: `55555555-5555-4555-8555-${String(at).padStart(12, '0')}`,
      name: `server-${at}`,
      host: 'host1',
      deleted: at >= 2_100,
    }));
    alpha.servers = many;
    const shown = await api.send('admin', 'GET /os-hypervisors?with_servers=true', '2.53');
    const old = await api.send('admin', 'GET /os-hypervisors/host1/servers', '2.52');
    alpha.servers = before;
    const live = many.filter(({ deleted }) => !deleted).map(({ uuid, name }) => ({ uuid, name }));
    expect(shown.body.hypervisors[0].servers).toEqual(live);
    expect(old.body.hypervisors[0].servers).toEqual(live);
  });
  it.each([
    '/os-hypervisors',
    '/os-hypervisors/detail',
    '/os-hypervisors/statistics',
    '/os-availability-zone',
    '/os-availability-zone/detail',
  ])('answers 503 for %s when every cell is silent, and names them', async (path) => {
    alpha.silent = true;
    beta.silent = true;
    const { status, body } = await api.send('admin', `GET ${path}`, '2.53');
    expect([status, body.serviceUnavailable?.message]).toEqual([503, 'These cells do not answer: alpha, beta.']);
  });
  it('sums up nothing without the part of a silent cell', async () => {
    beta.silent = true;
    const { status, body } = await api.send('admin', 'GET /os-hypervisors/statistics');
    expect([status, body.serviceUnavailable?.message]).toEqual([503, 'These cells do not answer: beta.']);
  });
  it('refuses a marker that may be in a silent cell', async () => {
    beta.silent = true;
    const { status, body } = await api.send('admin', `GET /os-hypervisors?limit=1&marker=${H2}`, '2.53');
    expect([status, body.serviceUnavailable?.message]).toEqual([
      503,
      `Marker ${H2} could not be found. These cells do not answer: beta.`,
    ]);
  });
  it('searches by a part of the name', async () => {
    const found = await api.send('admin', 'GET /os-hypervisors?hypervisor_hostname_pattern=ost2', '2.53');
    expect(found.body.hypervisors.map((h: { hypervisor_hostname: string }) => h.hypervisor_hostname)).toEqual([
      'host2',
    ]);
    expect((await api.send('admin', 'GET /os-hypervisors?hypervisor_hostname_pattern=zz', '2.53')).status).toBe(404);
    expect((await api.send('admin', 'GET /os-hypervisors?hypervisor_hostname_pattern=h&limit=1', '2.53')).status).toBe(
      400,
    );
    expect((await api.send('admin', 'GET /os-hypervisors/ost2/search')).body.hypervisors).toHaveLength(1);
  });
  it('sums up what is enabled until 2.87', async () => {
    expect((await api.send('admin', 'GET /os-hypervisors/statistics', '2.87')).body).toEqual({
      hypervisor_statistics: { count: 1, ...capacity },
    });
    expect((await api.send('admin', 'GET /os-hypervisors/statistics', '2.88')).status).toBe(404);
    expect((await api.send('admin', `GET /os-hypervisors/${H1}/uptime`, '2.53')).body.hypervisor).toEqual({
      id: H1,
      ...summary,
      uptime: ' 08:32:11 up 93 days',
    });
  });
  it('with a silent cell: the others, the cell named; an unknown one may be there', async () => {
    beta.silent = true;
    const { body, headers } = await api.send('admin', 'GET /os-hypervisors');
    expect([body.hypervisors.length, headers['x-volvox-silent-cells']]).toEqual([1, 'beta']);
    expect((await api.send('admin', `GET /os-hypervisors/${H2}`, '2.53')).status).toBe(503);
    beta.silent = false;
    expect((await api.send('admin', `GET /os-hypervisors/${H1.replace(/1/g, '9')}`, '2.53')).status).toBe(404);
    expect((await api.send('admin', 'GET /os-hypervisors/1', '2.53')).status).toBe(400);
  });
});

describe('aggregates and zones', () => {
  let id = 0;
  it('an aggregate of a zone takes hosts', async () => {
    const made = await api.send('admin', 'POST /os-aggregates', '2.41', {
      aggregate: { name: 'name', availability_zone: 'london' },
    });
    expect(made.status).toBe(200);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    const plain = {
      id: expect.any(Number),
      name: 'name',
      availability_zone: 'london',
      created_at: time,
      deleted: false,
      deleted_at: null,
    };
    expect(made.body.aggregate).toEqual({ ...plain, updated_at: null, uuid: expect.any(String) });
    id = made.body.aggregate.id;
    const added = await api.send('admin', `POST /os-aggregates/${id}/action`, null, { add_host: { host: 'host1' } });
    expect(added.body.aggregate).toEqual({
      ...plain,
      updated_at: null,
      hosts: ['host1'],
      metadata: { availability_zone: 'london' },
    });
  });
  it('shows the zone of its hosts everywhere', async () => {
    expect((await api.send('admin', 'GET /os-services?host=host1')).body.services[0].zone).toBe('london');
    const { body } = await api.send('member', 'GET /os-availability-zone');
    expect(body.availabilityZoneInfo).toEqual([
      { zoneName: 'london', zoneState: { available: true }, hosts: null },
      { zoneName: 'nova', zoneState: { available: false }, hosts: null },
    ]);
    expect((await api.send('member', 'GET /os-availability-zone/detail')).status).toBe(403);
    const detail = await api.send('admin', 'GET /os-availability-zone/detail');
    expect(detail.body.availabilityZoneInfo.map((z: { zoneName: string }) => z.zoneName)).toEqual([
      'internal',
      'london',
      'nova',
    ]);
    expect(detail.body.availabilityZoneInfo[1].hosts).toEqual({
      host1: { 'nova-compute': { active: true, available: true, updated_at: '2026-01-01T00:00:00.500000' } },
    });
  });
  it('keeps a host in one zone', async () => {
    const other = await api.send('admin', 'POST /os-aggregates', null, {
      aggregate: { name: 'other', availability_zone: 'paris' },
    });
    const path = `POST /os-aggregates/${other.body.aggregate.id}/action`;
    const refused = await api.send('admin', path, null, { add_host: { host: 'host1' } });
    expect([refused.status, refused.body.conflictingRequest.message]).toEqual([
      409,
      `Cannot add host to aggregate ${other.body.aggregate.id}. Reason: One or more hosts already in availability zone(s) ['london'].`,
    ]);
    await api.send('admin', path, null, { set_metadata: { metadata: { availability_zone: null } } });
    expect((await api.send('admin', path, null, { add_host: { host: 'host1' } })).status).toBe(200);
    expect(
      (await api.send('admin', path, null, { set_metadata: { metadata: { availability_zone: 'rome' } } })).status,
    ).toBe(400);
    expect((await api.send('admin', path, null, { add_host: { host: 'host1' } })).status).toBe(409);
  });
  it('changes name and metadata', async () => {
    const path = `/os-aggregates/${id}`;
    const meta = await api.send('admin', `POST ${path}/action`, null, { set_metadata: { metadata: { key: 'value' } } });
    expect(meta.body.aggregate.metadata).toEqual({ availability_zone: 'london', key: 'value' });
    const put = await api.send('admin', `PUT ${path}`, null, {
      aggregate: { name: 'newname', availability_zone: 'nova2' },
    });
    expect(put.body.aggregate).toMatchObject({ name: 'newname', availability_zone: 'nova2' });
    expect((await api.send('admin', `PUT ${path}`, null, { aggregate: { name: 'other' } })).status).toBe(409);
    expect((await api.send('admin', `PUT ${path}`, null, { aggregate: {} })).status).toBe(400);
  });
  it('refuses outsiders to it, and deletes only an empty one', async () => {
    expect(
      (await api.send('admin', `POST /os-aggregates/${id}/action`, null, { add_host: { host: 'nope' } })).status,
    ).toBe(404);
    beta.silent = true;
    expect(
      (await api.send('admin', `POST /os-aggregates/${id}/action`, null, { add_host: { host: 'host2' } })).status,
    ).toBe(503);
    beta.silent = false;
    const full = await api.send('admin', `DELETE /os-aggregates/${id}`);
    expect([full.status, full.body.badRequest.message]).toEqual([
      400,
      `Cannot remove host from aggregate ${id}. Reason: Host aggregate is not empty.`,
    ]);
    const gone = await api.send('admin', `POST /os-aggregates/${id}/action`, null, { remove_host: { host: 'host2' } });
    expect([gone.status, gone.body.itemNotFound.message]).toEqual([404, `Cannot remove host host2 in aggregate ${id}`]);
    expect(
      (await api.send('admin', `POST /os-aggregates/${id}/action`, null, { remove_host: { host: 'host1' } })).status,
    ).toBe(200);
    expect((await api.send('admin', `DELETE /os-aggregates/${id}`)).status).toBe(200);
    expect((await api.send('admin', `GET /os-aggregates/${id}`)).status).toBe(404);
    expect((await api.send('admin', 'GET /os-aggregates/x')).status).toBe(400);
  });

  it.each(['-1', '+7', '0', '9007199254740993', '99999999999999999999999'])('%s is no aggregate', async (id) => {
    const path = `/os-aggregates/${id}`;
    const statuses = await Promise.all([
      api.send('admin', `GET ${path}`),
      api.send('admin', `PUT ${path}`, null, { aggregate: { name: 'renamed' } }),
      api.send('admin', `DELETE ${path}`),
      api.send('admin', `POST ${path}/action`, null, { add_host: { host: 'host1' } }),
      api.send('admin', `POST ${path}/action`, null, { remove_host: { host: 'host1' } }),
      api.send('admin', `POST ${path}/action`, null, { set_metadata: { metadata: { a: 'b' } } }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect((await api.send('member', 'GET /os-aggregates')).status).toBe(403);
  });
});

describe('documents', () => {
  it('name the versions to everybody', async () => {
    const { body } = await api.send('', 'GET /compute/');
    expect(body.versions.map((v: object) => v)).toEqual([
      expect.objectContaining({ id: 'v2.0', status: 'DEPRECATED', version: '', min_version: '' }),
      expect.objectContaining({ id: 'v2.1', status: 'CURRENT', version: '2.104', min_version: '2.1' }),
    ]);
    expect((await api.send('', 'GET /')).status).toBe(200);
    expect((await api.send('', 'GET /compute/v2/')).body.version.id).toBe('v2.0');
    expect((await api.send('', 'GET /compute/v2.1')).body.version).toMatchObject({
      id: 'v2.1',
      links: [{ rel: 'self', href: 'http://volvox.test/compute/v2.1/' }, { rel: 'describedby' }],
      'media-types': [{ type: 'application/vnd.openstack.compute+json;version=2.1' }],
    });
    expect((await api.send('', 'GET /flavors')).status).toBe(401);
    expect((await api.send('member', 'GET /versions/v2.0')).body.version.id).toBe('v2.0');
    expect((await api.send('member', 'GET /versions/v2.1')).body.version.id).toBe('v2.1');
    expect((await api.send('member', 'GET /compute/v2/versions/v2.1')).body.version.id).toBe('v2.0');
    expect((await api.send('member', 'GET /versions/v3')).status).toBe(404);
  });
  it('list 99 extensions', async () => {
    expect((await api.send('member', 'GET /extensions')).body.extensions).toHaveLength(99);
    expect((await api.send('member', 'GET /extensions/os-agents')).body.extension).toMatchObject({
      alias: 'os-agents',
      name: 'Agents',
    });
    expect((await api.send('member', 'GET /extensions/nope')).status).toBe(404);
  });
  it('describe every operation in OpenAPI 3.1', async () => {
    const { body } = await api.send('', 'GET /openapi.json');
    expect(body.openapi).toBe('3.1.0');
    const operations = Object.values(body.paths).flatMap((path) => Object.values(path as object)) as {
      operationId: string;
      responses: object;
    }[];
    expect(operations.length).toBeGreaterThan(50);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    expect(body.paths['/flavors/{id}'].put).toMatchObject({
      'x-openstack-min-version': '2.55',
      requestBody: { content: { 'application/json': { schema: { required: ['flavor'] } } } },
      responses: { 200: {} },
    });
  });
});
