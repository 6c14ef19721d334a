import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { InstancePage } from '#platform/contracts/door.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { matchesFilter } from '../../../../api/compute/servers/list/matches-filter.ts';
import { compareInstances, compareValues, sortValues } from '../../../../api/compute/servers/list/sort-instances.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild, aFlavor } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const OTHER = 'ffffffffffffffffffffffffffffffff';
const VERSIONS = ['2.1', '2.104'];
const uuidOf = (n: number) => `${n}0000000-0000-4000-8000-000000000000`;
const flavor = aFlavor({ name: 'm1', vcpus: 2, ramMb: 512, diskGb: 3, ephemeralGb: 4 });
/** Runs from 10:00; for `hours`, or still. */
const aServer = (n: number, projectId: string, hours: number | null, rest: Partial<Instance> = {}): Instance => {
  const ended = hours === null ? null : new Date(Date.UTC(2026, 0, 1, 10 + hours)).toISOString();
  const times = { launchedAt: '2026-01-01T10:00:00.000Z', terminatedAt: ended, deletedAt: ended };
  const state = ended === null ? ('active' as const) : ('deleted' as const);
  return anInstance({ uuid: uuidOf(n), projectId, flavor, epoch: 1, vmState: state, ...times, ...rest });
};
const cells: Readonly<Record<string, Instance[]>> = {
  east: [
    aServer(1, PROJECT, null),
    aServer(3, OTHER, 2),
    aServer(5, PROJECT, 1, { launchedAt: '2025-12-31T10:00:00.000Z', terminatedAt: '2025-12-31T11:00:00.000Z' }),
  ],
  west: [aServer(2, PROJECT, 1), aServer(4, PROJECT, null, { launchedAt: null })],
};
let silent: string | null = null;
let api: ComputeApp;

beforeAll(async () => {
  const doors = Object.entries(cells).map(([id, instances]) => ({
    ...{ id, name: id, url: '', enabled: true },
    door: {
      listInstances: async ({ filter, sort, after, limit }: InstancePage) => {
        if (silent === id) throw new VolvoxError('unavailable', 'no answer');
        return {
          instances: instances
            .filter((one) => matchesFilter(filter, one))
            .filter((one) => after === null || compareValues(sortValues(one, sort), after, sort) > 0)
            .sort(compareInstances(sort))
            .slice(0, limit),
        };
      },
      getInstance: async ({ uuid }: { uuid: string }) => {
        const found = instances.find((one) => one.uuid === uuid && one.deletedAt === null);
        if (found === undefined) throw new VolvoxError('not-found', 'no such instance');
        return found;
      },
    },
  }));
  const find = (id: string) => doors.find((cell) => cell.id === id);
  api = await createComputeApp({ cells: { all: () => doors, find, of: find } as unknown as ApiDeps['cells'] });
  for (const [cellId, instances] of Object.entries(cells)) {
    for (const { uuid, projectId, vmState } of instances) {
      await api.deps.directory.transaction(async (tx) => {
        await acceptBuilds(tx, [aBuild({ uuid, projectId })], Date.now());
        const state = vmState === 'deleted' ? 'deleted' : 'placed';
        await setHome(tx, uuid, { state, cell_id: cellId, epoch: 1 }, Date.now());
      });
    }
  }
});
beforeEach(() => {
  silent = null;
});
afterAll(() => api?.close());

const PERIOD = 'start=2026-01-01T09:00:00&end=2026-01-01T14:00:00.000000';
const messageOf = (body: Record<string, { message: string }>) => Object.values(body)[0]?.message;

it.each(VERSIONS)('sums what the servers of each project have used, deleted ones too, at %s', async (version) => {
  const { status, body } = await api.send('admin', `GET /os-simple-tenant-usage?${PERIOD}`, version);
  expect(status).toBe(200);
  const of = (tenant_id: string, hours: number) => ({
    ...{ tenant_id, start: '2026-01-01T09:00:00.000000', stop: '2026-01-01T14:00:00.000000' },
    total_hours: hours,
    total_vcpus_usage: 2 * hours,
    total_memory_mb_usage: 512 * hours,
    total_local_gb_usage: 7 * hours,
  });
  expect(body).toEqual({ tenant_usages: [of(PROJECT, 5), of(OTHER, 2)] });
});

it.each(VERSIONS)('shows the servers of one project, at %s', async (version) => {
  const { body } = await api.send('member', `GET /os-simple-tenant-usage/${PROJECT}?${PERIOD}`, version);
  expect(body.tenant_usage.server_usages).toEqual([
    {
      ...{ instance_id: uuidOf(1), name: 'web', tenant_id: PROJECT, flavor: 'm1', hours: 4, memory_mb: 512 },
      ...{ local_gb: 7, vcpus: 2, started_at: '2026-01-01T10:00:00.000000', ended_at: null, state: 'active' },
      uptime: expect.any(Number),
    },
    {
      ...{ instance_id: uuidOf(2), name: 'web', tenant_id: PROJECT, flavor: 'm1', hours: 1, memory_mb: 512 },
      ...{ local_gb: 7, vcpus: 2, started_at: '2026-01-01T10:00:00.000000', ended_at: '2026-01-01T11:00:00.000000' },
      ...{ state: 'terminated', uptime: 3600 },
    },
  ]);
  const empty = await api.send('admin', 'GET /os-simple-tenant-usage/nobody', version);
  expect(empty.body).toEqual({ tenant_usage: {} });
});

it('details the list when it is asked to', async () => {
  const { body } = await api.send('admin', `GET /os-simple-tenant-usage?detailed=1&${PERIOD}`);
  expect(body.tenant_usages.map((one: { server_usages: unknown[] }) => one.server_usages.length)).toEqual([2, 1]);
});

it('pages by server since 2.40', async () => {
  const seen: string[] = [];
  let query = `?detailed=1&limit=1&${PERIOD}`;
  for (; query !== ''; ) {
    const { body } = await api.send('admin', `GET /os-simple-tenant-usage${query}`, '2.40');
    for (const { server_usages } of body.tenant_usages)
      seen.push(...server_usages.map((one: { instance_id: string }) => one.instance_id));
    const [next] = body.tenant_usages_links ?? [];
    query = next === undefined ? '' : new URL(next.href).search;
  }
  expect(seen).toEqual([uuidOf(1), uuidOf(2), uuidOf(3)]);
  const unpaged = await api.send('admin', `GET /os-simple-tenant-usage?limit=1&${PERIOD}`, '2.39');
  expect(unpaged.body.tenant_usages).toHaveLength(2);
  expect(unpaged.body.tenant_usages_links).toBeUndefined();
  const last = await api.send('member', `GET /os-simple-tenant-usage/${PROJECT}?limit=2&${PERIOD}`, '2.40');
  expect(last.body.tenant_usage_links[0].href).toMatch(
    new RegExp(`/os-simple-tenant-usage/${PROJECT}\\?.*marker=${uuidOf(2)}`),
  );
  const unknown = await api.send('admin', `GET /os-simple-tenant-usage?marker=${uuidOf(9)}&${PERIOD}`, '2.40');
  expect([unknown.status, messageOf(unknown.body)]).toEqual([400, expect.stringContaining(uuidOf(9))]);
});

it('refuses a period that is none, and names the parameter', async () => {
  const refusal = async (query: string, version = '2.1') => {
    const { status, body } = await api.send('admin', `GET /os-simple-tenant-usage?${query}`, version);
    return [status, messageOf(body)];
  };
  expect(await refusal('start=yesterday')).toEqual([400, expect.stringMatching(/invalid format: start: 'yesterday'/)]);
  expect(await refusal('start=2026-02-30T00:00:00')).toEqual([400, expect.stringContaining('start')]);
  expect(await refusal('start=2026-01-01T09:00:00&end=later')).toEqual([400, expect.stringContaining('end')]);
  expect(await refusal('start=2026-01-02T09:00:00&end=2026-01-01T09:00:00')).toEqual([
    ...[400, expect.stringContaining('The start time cannot occur after the end time.')],
  ]);
  expect(await refusal(`${PERIOD}&other=1`, '2.75')).toEqual([400, expect.stringContaining('other')]);
  expect((await refusal(`${PERIOD}&other=1`))[0]).toBe(200);
  expect(await refusal(`${PERIOD}&limit=-1`, '2.40')).toEqual([400, expect.stringContaining('limit')]);
});

it('is for admins, and for the project itself', async () => {
  for (const version of VERSIONS) {
    expect((await api.send('manager', `GET /os-simple-tenant-usage?${PERIOD}`, version)).status).toBe(403);
    expect((await api.send('outsider', `GET /os-simple-tenant-usage/${PROJECT}?${PERIOD}`, version)).status).toBe(403);
    expect((await api.send('reader', `GET /os-simple-tenant-usage/${PROJECT}?${PERIOD}`, version)).status).toBe(200);
  }
});

it('answers 503 while a cell is silent: a sum without its servers would be wrong', async () => {
  silent = 'west';
  const { status, body } = await api.send('admin', `GET /os-simple-tenant-usage?${PERIOD}`);
  expect([status, messageOf(body)]).toEqual([503, expect.stringContaining('west')]);
});
