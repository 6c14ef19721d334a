import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFlavor } from '#platform/directory/stores/flavors.ts';
import { insertImage } from '#platform/directory/stores/images.ts';
import { setProjectLimits } from '#platform/directory/stores/quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestPlacement } from '#platform/objects/guest-placement.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild, aFlavor } from '../../../support/a-build.ts';
import { anImage } from '../../../support/an-image.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';
import { stubCells } from './stub-cells.ts';

/** What the Compute API shows of NUMA nodes, dedicated CPUs and pages, and what it refuses. */
const SERVER = '8600d31b-d1a1-4632-b2ff-45c2be1a70ff';
const PLAIN = '70a599e0-31e7-49b7-b260-868f441e862b';
const PINNED = '70a599e0-31e7-49b7-b260-868f441e862c';
const HUGE = '70a599e0-31e7-49b7-b260-868f441e862d';
const FLAVORS = {
  plain: {},
  shared: { 'hw:cpu_policy': 'shared' },
  pinned: { 'hw:cpu_policy': 'dedicated' },
  odd: { 'hw:numa_nodes': '3' },
};

let server: Instance;
let placement: GuestPlacement | null = null;
let isOlder = false;
let api: ComputeApp;

beforeAll(async () => {
  const cell = {
    ...{ id: 'east', name: 'east', url: '', enabled: true },
    door: {
      getInstance: async () => server,
      serverTopology: async () => {
        if (isOlder) throw new VolvoxError('unsupported', 'door has no call serverTopology');
        return { placement };
      },
    },
  };
  const find = (id: string) => (id === 'east' ? cell : undefined);
  const { scheduler } = stubCells([]);
  const cells = { all: () => [cell], find, of: find } as unknown as ApiDeps['cells'];
  api = await createComputeApp({
    ...{ cells, scheduler, caches: createCaches() },
    imageTickets: { make: async () => 'ticket', check: async () => undefined },
    waker: { wake: async () => undefined } as unknown as ApiDeps['waker'],
  });
  const now = new Date().toISOString();
  await api.deps.directory.transaction(async (tx) => {
    const images = { [PLAIN]: {}, [PINNED]: { hw_cpu_policy: 'dedicated' }, [HUGE]: { hw_mem_page_size: '2MB' } };
    for (const [id, properties] of Object.entries(images))
      await insertImage(tx, anImage(now, { id, projectId: PROJECT, properties }), []);
    for (const [id, extraSpecs] of Object.entries(FLAVORS))
      await createFlavor(tx, aFlavor({ id, name: id, vcpus: 2, extraSpecs }), now);
    await setProjectLimits(tx, PROJECT, { instances: -1, cores: -1, ram: -1 });
  });
  await beginWithServer(api.deps, aBuild({ uuid: SERVER, projectId: PROJECT }), 'east');
});
beforeEach(() => {
  server = anInstance({ uuid: SERVER, projectId: PROJECT, epoch: 2, host: 'host1' });
  placement = null;
  isOlder = false;
});
afterAll(() => api?.close());

const said = async (what: string, payload: object): Promise<string> => {
  const { status, body } = await api.send('member', what, '2.104', payload);
  const [fault] = Object.values(body ?? {}) as { message?: string }[];
  return `${status} ${fault?.message ?? ''}`;
};
const create = (flavorRef: string, imageRef: string) =>
  said('POST /servers', { server: { name: 's', flavorRef, imageRef, networks: 'none' } });

describe('a create request', () => {
  it.each([
    ['plain', PLAIN],
    ['plain', PINNED],
    ['pinned', PLAIN],
    ['pinned', PINNED],
  ])('may ask for dedicated CPUs: %s %s', async (flavor, image) => {
    expect(await create(flavor, image)).toMatch(/^202/);
  });

  it.each([
    [
      'shared',
      PINNED,
      "Image property 'hw_cpu_policy' is not permitted to override CPU pinning policy set against the flavor",
    ],
    ['plain', HUGE, "Page size 2MB forbidden against '<empty>'"],
    ['odd', PLAIN, 'Instance CPUs and/or memory cannot be evenly distributed across instance NUMA nodes.'],
  ])('is refused in words of Nova: %s %s', async (flavor, image, words) => {
    expect(await create(flavor, image)).toContain(`400 ${words}`);
  });
});

it('refuses a rebuild from an image that asks for other nodes, and a resize to a flavor that contradicts the image', async () => {
  expect(await said(`POST /servers/${SERVER}/action`, { rebuild: { imageRef: PINNED } })).toBe(
    "400 An instance's NUMA topology cannot be changed as part of a rebuild. The image provided is invalid for this instance.",
  );
  server = { ...server, image: { ...server.image, properties: { hw_cpu_policy: 'dedicated' } } };
  expect(await said(`POST /servers/${SERVER}/action`, { resize: { flavorRef: 'shared' } })).toContain(
    "400 Image property 'hw_cpu_policy' is not permitted to override",
  );
});

it('shows the nodes of a server, and their places on the host to administrators', async () => {
  placement = {
    nodes: [
      { hostNode: 3, cpus: '0-1', ramMb: 1_024, pins: { 0: 0, 1: 5 }, empty: '', pageKb: 4 },
      { hostNode: 1, cpus: '2-3', ramMb: 2_048, pins: { 2: 1, 3: 8 }, empty: '', pageKb: 4 },
    ],
    emulator: null,
    emulatorCpu: null,
  };
  const own = { memory_mb: 1_024, siblings: [], vcpu_set: [0, 1] };
  const other = { memory_mb: 2_048, siblings: [], vcpu_set: [2, 3] };
  const path = `GET /servers/${SERVER}/topology`;
  expect((await api.send('reader', path, '2.78')).body).toEqual({ nodes: [own, other], pagesize_kb: 4 });
  expect((await api.send('admin', path, '2.78')).body).toEqual({
    nodes: [
      { ...own, host_node: 3, cpu_pinning: { 0: 0, 1: 5 } },
      { ...other, host_node: 1, cpu_pinning: { 2: 1, 3: 8 } },
    ],
    pagesize_kb: 4,
  });
});

it('shows no nodes of a server in a cell of an earlier release, which gives none', async () => {
  isOlder = true;
  const { status, body } = await api.send('reader', `GET /servers/${SERVER}/topology`, '2.78');
  expect([status, body]).toEqual([200, { nodes: [], pagesize_kb: null }]);
});
