import { afterAll, beforeAll, expect, it } from 'vitest';
import { addAggregateHost, createAggregate } from '#platform/directory/stores/aggregates.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const IMAGE = '76fa36fc-c930-4bf3-8c8a-ea2a2420deb6';
const QUEUED = '86fa36fc-c930-4bf3-8c8a-ea2a2420deb6';
const NOBODY = '96fa36fc-c930-4bf3-8c8a-ea2a2420deb6';
const asked: { hosts: string[]; images: { id: string; ticket: string; url: string }[] }[] = [];
let api: ComputeApp;
let id = 0;

beforeAll(async () => {
  const cell = (name: string, cacheImages: (request: (typeof asked)[number]) => unknown) => ({
    ...{ id: name, name, url: '', enabled: true },
    door: { cacheImages: async (request: (typeof asked)[number]) => cacheImages(request) },
  });
  const doors = [
    cell('east', (request) => {
      asked.push(request);
      return { refused: [{ host: 'host2', reason: 'its compute agent does not answer' }] };
    }),
    cell('west', () => {
      throw new VolvoxError('unavailable', 'no answer');
    }),
  ];
  const find = (name: string) => doors.find((one) => one.id === name);
  api = await createComputeApp({
    cells: { all: () => doors, find, of: find } as unknown as ApiDeps['cells'],
    imageTickets: { make: async (image: string) => `ticket of ${image}` } as unknown as ApiDeps['imageTickets'],
  });
  const now = '2026-01-01 00:00:00';
  const image = {
    ...{ name: 'image', project_id: PROJECT, visibility: 'public' as const, disk_format: 'qcow2', min_ram_mb: 0 },
    ...{
      min_disk_gb: 0,
      properties: '{}',
      expected_hashes: '{}',
      is_protected: 0,
      is_hidden: 0,
      version: 1,
      upload_expires_at: 0,
      reserved_bytes: 0,
      created_at: now,
      updated_at: now,
    },
  };
  await api.deps.directory.transaction(async (tx) => {
    const row = { ...image, id: IMAGE, status: 'active', size_bytes: 5, sha256: 'a'.repeat(64) };
    await tx
      .insertInto('images')
      .values(row as never)
      .execute();
    await tx
      .insertInto('images')
      .values({ ...image, id: QUEUED, status: 'queued' } as never)
      .execute();
    ({ id } = await createAggregate(tx, { uuid: NOBODY, name: 'racks', zone: null }, '2026-01-01T00:00:00Z'));
    for (const [host, cellId] of [
      ['host1', 'east'],
      ['host2', 'east'],
      ['host3', 'west'],
    ] as const)
      await addAggregateHost(tx, id, host, cellId);
  });
});
afterAll(() => api?.close());

const cache = (ids: readonly string[], version = '2.81', who = 'admin', aggregate = String(id)) =>
  api.send(who, `POST /os-aggregates/${aggregate}/images`, version, { cache: ids.map((one) => ({ id: one })) });
const said = async (reply: ReturnType<typeof cache>) => {
  const { status, body } = await reply;
  return [status, (Object.values(body ?? {})[0] as { message: string } | undefined)?.message];
};

it.each(['2.81', '2.104'])(
  'asks the hosts of an aggregate in all cells, and is content with those that answer, at %s',
  async (version) => {
    asked.length = 0;
    expect((await cache([IMAGE], version)).status).toBe(202);
    expect(asked).toMatchObject([{ hosts: ['host1', 'host2'], images: [{ id: IMAGE, ticket: `ticket of ${IMAGE}` }] }]);
  },
);

it('refuses what cannot be cached, and names it', async () => {
  expect(await said(cache([IMAGE, IMAGE]))).toEqual([400, expect.stringContaining('Duplicate images in request')]);
  expect(await said(cache([NOBODY]))).toEqual([400, `Image ${NOBODY} could not be found.`]);
  expect(await said(cache([QUEUED]))).toEqual([400, expect.stringContaining(`Image ${QUEUED} is not active.`)]);
  expect(await said(cache(['x']))).toEqual([400, expect.stringContaining('cache')]);
  expect(await said(cache([]))).toEqual([400, expect.stringContaining('cache')]);
  expect((await cache([IMAGE], '2.81', 'admin', '9999')).status).toBe(404);
  expect((await cache([IMAGE], '2.80')).status).toBe(404);
  expect((await cache([IMAGE], '2.81', 'manager')).status).toBe(403);
});
