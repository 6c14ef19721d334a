import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { aBuild } from '../../../support/a-build.ts';
import { type ComputeApp, createComputeApp } from './compute-app.ts';
import { aCell, aHost, stubCells } from './stub-cells.ts';

const H1 = '11111111-1111-4111-8111-111111111111';
const alpha = aCell('alpha', [aHost('host1', H1)]);
const beta = aCell('beta', [
  aHost('host2', '22222222-2222-4222-8222-222222222222', { hypervisorType: 'fake' }),
  aHost('host3', '33333333-3333-4333-8333-333333333333', { enabled: false }),
]);
const flavor = { ...aBuild().flavor, vcpus: 2, ramMb: 512, diskGb: 3, ephemeralGb: 4 };
alpha.servers = [1, 2].map((n) => ({
  ...{ uuid: `44444444-4444-4444-8444-44444444444${n}`, name: 'web', host: 'host1' },
  flavor,
}));

let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp(stubCells([alpha, beta]));
});
beforeEach(() => {
  [alpha.silent, beta.silent] = [false, false];
});
afterAll(() => api.close());

const VERSIONS = ['2.1', '2.42'];
const messageOf = (body: Record<string, { message: string }>) => Object.values(body)[0]?.message;

it.each(VERSIONS)('lists the enabled services with their hosts and zones, at %s', async (version) => {
  const hosts = async (query = '') => (await api.send('admin', `GET /os-hosts${query}`, version)).body.hosts;
  const all = await hosts();
  expect(all).toContainEqual({ host_name: 'host1', service: 'compute', zone: 'nova' });
  expect(all).toContainEqual({ host_name: 'scheduler', service: 'scheduler', zone: 'internal' });
  expect(await hosts('?zone=nova&other=1')).toEqual([
    { host_name: 'host1', service: 'compute', zone: 'nova' },
    { host_name: 'host2', service: 'compute', zone: 'nova' },
  ]);
  beta.silent = true;
  const { body, headers } = await api.send('admin', 'GET /os-hosts?zone=nova', version);
  expect([body.hosts.length, headers['x-volvox-silent-cells']]).toEqual([1, 'beta']);
  alpha.silent = true;
  expect((await api.send('admin', 'GET /os-hosts', version)).status).toBe(503);
});

it.each(VERSIONS)('shows what a host has, and what projects have on it, at %s', async (version) => {
  const { body } = await api.send('admin', 'GET /os-hosts/host1', version);
  const of = (project: string, cpu: number, memory_mb: number, disk_gb: number) => ({
    resource: { host: 'host1', project, cpu, memory_mb, disk_gb },
  });
  expect(body.host).toEqual([
    of('(total)', 8, 16_384, 100),
    of('(used_now)', 2, 1_536, 10),
    of('(used_max)', 4, 1_024, 14),
    of('a project', 4, 1_024, 14),
  ]);
  const unknown = await api.send('admin', 'GET /os-hosts/host9', version);
  expect([unknown.status, messageOf(unknown.body)]).toEqual([404, 'Compute host host9 could not be found.']);
  beta.silent = true;
  expect((await api.send('admin', 'GET /os-hosts/host9', version)).status).toBe(503);
});

it.each(VERSIONS)('enables and disables a host for new servers, at %s', async (version) => {
  const put = (body: object, host = 'host1') => api.send('admin', `PUT /os-hosts/${host}`, version, body);
  expect((await put({ status: 'Disable' })).body).toEqual({ host: 'host1', status: 'disabled' });
  expect(alpha.updates.at(-1)).toMatchObject({ enabled: false });
  expect((await put({ status: 'enable', maintenance_mode: 'disable' })).body).toEqual({
    ...{ host: 'host1', status: 'enabled', maintenance_mode: 'off_maintenance' },
  });
  expect(alpha.updates.at(-1)).toMatchObject({ enabled: true });
  const changes = alpha.updates.length;
  const refused = await put({ status: 'disable', maintenance_mode: 'enable' });
  expect([refused.status, messageOf(refused.body)]).toEqual([501, 'The requested functionality is not supported.']);
  expect(alpha.updates).toHaveLength(changes);
  expect((await put({ status: 'disable' }, 'host9')).status).toBe(404);
  expect(messageOf((await put({ status: 'off' })).body)).toMatch(/status/);
  expect(messageOf((await put({ other: 'enable' })).body)).toMatch(/other/);
});

it.each(['startup', 'shutdown', 'reboot'])('%s: 501 for a real host', async (verb) => {
  for (const version of VERSIONS) {
    expect((await api.send('admin', `GET /os-hosts/host1/${verb}`, version)).status).toBe(501);
    expect((await api.send('admin', `GET /os-hosts/host2/${verb}`, version)).body).toEqual({
      ...{ host: 'host2', power_action: verb },
    });
    expect((await api.send('admin', `GET /os-hosts/host9/${verb}`, version)).status).toBe(404);
  }
});

it.each(['GET /os-hosts', 'GET /os-hosts/host1', 'PUT /os-hosts/host1', 'GET /os-hosts/host2/reboot'])(
  '%s is for admins, and ends with 2.42',
  async (what) => {
    const body = what.startsWith('PUT') ? { status: 'enable' } : undefined;
    for (const who of ['member', 'manager', 'outsider']) {
      expect((await api.send(who, what, '2.1', body)).status).toBe(403);
    }
    expect((await api.send('admin', what, '2.43', body)).status).toBe(404);
  },
);
