import { beforeEach, expect, test } from 'vitest';
import { addAggregateHost, createAggregate } from '#platform/directory/stores/aggregates.ts';
import type { Answer } from '../front-app.ts';
import { useFrontApp } from '../use-front-app.ts';
import { asking, type ClaimingCell, E1, errorOf, twoCells, useCells, W1, W2 } from './stub-placement.ts';

/** Resource providers and what they have, over cells whose doors answer from memory. */
const front = useFrontApp();
const ask = (...given: Parameters<ReturnType<typeof asking>>) => asking(front)(...given);
const RACK = 'a9900000-0000-4000-8000-000000000001';
const ROW = 'a9900000-0000-4000-8000-000000000002';
const NOWHERE = 'a9900000-0000-4000-8000-000000000003';

let west: ClaimingCell;
let east: ClaimingCell;
beforeEach(() => {
  [west, east] = twoCells();
  useCells(front, [west, east]);
});
const namesOf = ({ body }: Answer): string[] => body.resource_providers.map(({ name }: { name: string }) => name);
const list = async (query: string, version = '1.39') =>
  namesOf(await ask(`GET /placement/resource_providers?${query}`, version));

test('hosts of all cells are providers, by their own ids', async () => {
  const { body } = await ask('GET /placement/resource_providers', '1.0');
  expect(body.resource_providers).toHaveLength(3);
  expect(body.resource_providers[1]).toEqual({
    ...{ uuid: W1, name: 'w-1', generation: 7 },
    links: [
      { rel: 'self', href: `/placement/resource_providers/${W1}` },
      { rel: 'inventories', href: `/placement/resource_providers/${W1}/inventories` },
      { rel: 'usages', href: `/placement/resource_providers/${W1}/usages` },
    ],
  });
});

test.each([
  ['1.0', ['self', 'inventories', 'usages'], false],
  ['1.1', ['self', 'inventories', 'usages', 'aggregates'], false],
  ['1.6', ['self', 'inventories', 'usages', 'aggregates', 'traits'], false],
  ['1.11', ['self', 'inventories', 'usages', 'aggregates', 'traits', 'allocations'], false],
  ['1.14', ['self', 'inventories', 'usages', 'aggregates', 'traits', 'allocations'], true],
])('a provider at %s', async (version, rels, hasTree) => {
  const { body } = await ask(`GET /placement/resource_providers/${W1}`, version);
  expect(body.links.map(({ rel }: { rel: string }) => rel)).toEqual(rels);
  expect(Object.hasOwn(body, 'parent_provider_uuid')).toBe(hasTree);
  if (hasTree) expect(body).toMatchObject({ parent_provider_uuid: null, root_provider_uuid: W1 });
});

test('filters by name, uuid and tree', async () => {
  expect(await list('name=w-2')).toEqual(['w-2']);
  expect(await list('name=w')).toEqual([]);
  expect(await list(`uuid=${E1}`)).toEqual(['e-1']);
  expect(await list(`in_tree=${W2}`)).toEqual(['w-2']);
  expect(await list(`in_tree=${W2}&name=w-1`)).toEqual([]);
  for (const query of ['uuid=w-1', 'in_tree=w-1', 'colour=red']) {
    expect((await ask(`GET /placement/resource_providers?${query}`)).status).toBe(400);
  }
});

test('filters by resources: what is left of the capacity', async () => {
  // 8 processors at a ratio of 4; 16,384 MiB without 512 of the host; w-1 has 2 processors and 1,024 MiB claimed.
  expect(await list('resources=VCPU:30')).toEqual(['e-1', 'w-1', 'w-2']);
  expect(await list('resources=VCPU:31')).toEqual(['w-2']);
  expect(await list('resources=VCPU:33')).toEqual([]);
  expect(await list('resources=MEMORY_MB:14849,VCPU:1')).toEqual(['w-2']);
  expect(await list('resources=DISK_GB:100')).toEqual(['w-2']);
  expect(await list('resources=VGPU:1')).toEqual([]);
  for (const wrong of [
    '',
    'VCPU',
    'VCPU:0',
    'VCPU:-1',
    'VCPU:x',
    'VCPU:1:2',
    'VCPU:1,VCPU:2',
    'CUSTOM_NONE:1',
    'PONY:1',
  ]) {
    const answer = await ask(`GET /placement/resource_providers?resources=${wrong}`);
    expect([wrong, answer.status, errorOf(answer).code]).toEqual([wrong, 400, 'placement.query.bad_value']);
  }
});

test('filters by traits: required, forbidden, any of several', async () => {
  expect(await list('required=COMPUTE_STORAGE_BUS_SCSI', '1.18')).toEqual(['w-1']);
  expect(await list('required=COMPUTE_NODE,!COMPUTE_STATUS_DISABLED', '1.22')).toEqual(['w-1', 'w-2']);
  expect(await list('required=in:COMPUTE_STATUS_DISABLED,COMPUTE_NET_VIF_MODEL_E1000')).toEqual(['e-1', 'w-1']);
  expect(await list('required=COMPUTE_NODE&required=!COMPUTE_STORAGE_BUS_SCSI')).toEqual(['e-1', 'w-2']);
  const wrong = [
    ['required=!COMPUTE_NODE', '1.21'],
    ['required=in:COMPUTE_NODE', '1.38'],
    ['required=COMPUTE_NODE&required=COMPUTE_NODE', '1.38'],
    ['required=COMPUTE_NODE,!COMPUTE_NODE', '1.39'],
    ['required=in:COMPUTE_NODE,!HW_NUMA_ROOT', '1.39'],
    ['required=', '1.39'],
    ['required=COMPUTE_NODE,', '1.39'],
    ['required=CUSTOM_NONE', '1.39'],
    ['required=COMPUTE_NODE', '1.17'],
  ];
  for (const [query, version] of wrong) {
    expect([query, (await ask(`GET /placement/resource_providers?${query}`, version)).status]).toEqual([query, 400]);
  }
});

test('aggregates of a provider are the host aggregates that it is in, and filter lists', async () => {
  await front.directory.transaction(async (tx) => {
    const now = '2026-05-01T12:00:00Z';
    const rack = await createAggregate(tx, { uuid: RACK, name: 'rack', zone: null }, now);
    const row = await createAggregate(tx, { uuid: ROW, name: 'row', zone: null }, now);
    await addAggregateHost(tx, rack.id, 'w-1', 'west');
    await addAggregateHost(tx, row.id, 'w-1', 'west');
    await addAggregateHost(tx, row.id, 'e-1', 'east');
    // The host of this name is in another cell.
    await addAggregateHost(tx, rack.id, 'w-2', 'east');
  });
  const of = async (version: string) => (await ask(`GET /placement/resource_providers/${W1}/aggregates`, version)).body;
  expect(await of('1.1')).toEqual({ aggregates: [RACK, ROW] });
  expect(await of('1.19')).toEqual({ aggregates: [RACK, ROW], resource_provider_generation: 7 });
  expect(await list(`member_of=${RACK}`, '1.3')).toEqual(['w-1']);
  expect(await list(`member_of=in:${RACK},${ROW}`, '1.3')).toEqual(['e-1', 'w-1']);
  expect(await list(`member_of=${RACK}&member_of=${ROW}`, '1.24')).toEqual(['w-1']);
  expect(await list(`member_of=!${RACK}`, '1.32')).toEqual(['e-1', 'w-2']);
  expect(await list(`member_of=!in:${RACK},${ROW}`, '1.32')).toEqual(['w-2']);
  expect(await list(`member_of=${ROW}&member_of=!${RACK}`, '1.32')).toEqual(['e-1']);
  expect(await list(`member_of=${NOWHERE}`)).toEqual([]);
  const wrong = [
    [`member_of=${RACK}&member_of=${ROW}`, '1.23'],
    [`member_of=!${RACK}`, '1.31'],
    [`member_of=${RACK},${ROW}`, '1.39'],
    ['member_of=rack', '1.39'],
    [`member_of=${RACK}`, '1.2'],
  ];
  for (const [query, version] of wrong) {
    expect([query, (await ask(`GET /placement/resource_providers?${query}`, version)).status]).toEqual([query, 400]);
  }
});

test('inventories, usages and traits of a provider', async () => {
  const vcpus = { total: 8, reserved: 0, min_unit: 1, max_unit: 32, step_size: 1, allocation_ratio: 4 };
  const { body } = await ask(`GET /placement/resource_providers/${W1}/inventories`);
  expect(body).toEqual({
    resource_provider_generation: 7,
    inventories: {
      VCPU: vcpus,
      MEMORY_MB: { total: 16_384, reserved: 512, min_unit: 1, max_unit: 15_872, step_size: 1, allocation_ratio: 1 },
      DISK_GB: { total: 100, reserved: 0, min_unit: 1, max_unit: 100, step_size: 1, allocation_ratio: 1 },
    },
  });
  expect((await ask(`GET /placement/resource_providers/${W1}/inventories/VCPU`)).body).toEqual({
    resource_provider_generation: 7,
    ...vcpus,
  });
  expect((await ask(`GET /placement/resource_providers/${W1}/inventories/VGPU`)).status).toBe(404);
  expect((await ask(`GET /placement/resource_providers/${W1}/usages`)).body).toEqual({
    resource_provider_generation: 7,
    usages: { VCPU: 2, MEMORY_MB: 1_024, DISK_GB: 10 },
  });
  expect((await ask(`GET /placement/resource_providers/${W1}/traits`)).body).toEqual({
    resource_provider_generation: 7,
    traits: [
      ...['COMPUTE_ARCH_X86_64', 'COMPUTE_NET_VIF_MODEL_E1000', 'COMPUTE_NODE'],
      ...['COMPUTE_STORAGE_BUS_SCSI', 'COMPUTE_STORAGE_BUS_VIRTIO', 'HW_ARCH_X86_64'],
    ],
  });
  for (const part of ['inventories', 'usages', 'traits', 'aggregates', 'allocations']) {
    expect((await ask(`GET /placement/resource_providers/${NOWHERE}/${part}`)).status).toBe(404);
  }
});

test('a cell that does not answer is named; what it may have is 503; without any cell so is the list', async () => {
  east.silent = true;
  const some = await ask('GET /placement/resource_providers');
  expect([namesOf(some), some.headers['x-volvox-silent-cells']]).toEqual([['w-1', 'w-2'], 'east']);
  expect((await ask(`GET /placement/resource_providers/${W1}`)).status).toBe(200);
  const missing = await ask(`GET /placement/resource_providers/${E1}`);
  expect([missing.status, errorOf(missing).detail]).toMatchObject([503, expect.stringContaining('east')]);
  west.silent = true;
  expect((await ask('GET /placement/resource_providers')).status).toBe(503);
});

test('an id that two cells show is nobody’s', async () => {
  east.hosts = [...east.hosts, ...west.hosts.slice(0, 1)];
  expect((await ask(`GET /placement/resource_providers/${W1}`)).status).toBe(409);
});

test('dedicated CPUs are a class of their own', async () => {
  const [host] = west.hosts;
  if (host === undefined) throw new Error('west has no host');
  const node = { id: 0, shared: '0-1', dedicated: '2-5', cores: [], ramMb: 1_024, pages: [] };
  const nodesUsed = [{ id: 0, vcpus: 0, cpus: '2', ramMb: 512, pages: [] }];
  west.hosts = [{ ...host, nodes: [node], nodesUsed }, ...west.hosts.slice(1)];
  const { body } = await ask(`GET /placement/resource_providers/${W1}/inventories`);
  expect(body.inventories.PCPU).toMatchObject({ total: 4, max_unit: 4, allocation_ratio: 1 });
  expect((await ask(`GET /placement/resource_providers/${W1}/usages`)).body.usages.PCPU).toBe(1);
  expect(await list('resources=PCPU:3')).toEqual(['w-1']);
  expect(await list('resources=PCPU:4')).toEqual([]);
});

test('devices are inventories of their classes', async () => {
  const [host] = west.hosts;
  if (host === undefined) throw new Error('west has no host');
  const devices = [0, 1, 2].map((at) => ({
    ...{ address: `0000:81:0${at}.0`, vendorId: '10de', productId: '2230', type: 'type-PCI' as const, numaNode: 0 },
    resourceClass: at === 2 ? 'PGPU' : 'CUSTOM_PCI_10DE_2230',
  }));
  west.hosts = [{ ...host, devices, devicesUsed: ['0000:81:01.0'] }, ...west.hosts.slice(1)];
  const { body } = await ask(`GET /placement/resource_providers/${W1}/inventories`);
  expect(body.inventories.CUSTOM_PCI_10DE_2230).toMatchObject({ total: 2, max_unit: 2, allocation_ratio: 1 });
  expect((await ask(`GET /placement/resource_providers/${W1}/usages`)).body.usages).toMatchObject({
    CUSTOM_PCI_10DE_2230: 1,
    PGPU: 0,
  });
  expect(await list('resources=PGPU:1')).toEqual(['w-1']);
  expect(await list('resources=PGPU:2')).toEqual([]);
});
