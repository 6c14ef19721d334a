import { beforeEach, describe, expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';
import { asking, type ClaimingCell, E1, errorOf, twoCells, useCells, W1 } from './stub-placement.ts';

/** Traits and resource classes: the standard ones, and those that operators write. */
const front = useFrontApp();
const ask = (...given: Parameters<ReturnType<typeof asking>>) => asking(front)(...given);
let west: ClaimingCell;
let east: ClaimingCell;
beforeEach(() => {
  [west, east] = twoCells();
  useCells(front, [west, east]);
});

describe('traits', () => {
  const list = async (query = '') => (await ask(`GET /placement/traits${query}`)).body.traits as string[];

  test('the standard ones', async () => {
    const all = await list();
    expect(all).toHaveLength(345);
    expect(all).toEqual(expect.arrayContaining(['COMPUTE_NODE', 'HW_CPU_X86_AVX512F', 'STORAGE_DISK_SSD']));
    expect(await list('?name=startswith:HW_NUMA')).toEqual(['HW_NUMA_ROOT']);
    expect(await list('?name=in:COMPUTE_NODE,PONY')).toEqual(['COMPUTE_NODE']);
    expect(await list('?associated=true&name=startswith:COMPUTE_ST')).toEqual([
      ...['COMPUTE_STATUS_DISABLED', 'COMPUTE_STORAGE_BUS_SCSI', 'COMPUTE_STORAGE_BUS_VIRTIO'],
    ]);
    expect(await list('?associated=False&name=in:COMPUTE_NODE,HW_NUMA_ROOT')).toEqual(['HW_NUMA_ROOT']);
    for (const query of ['?name=COMPUTE_NODE', '?associated=maybe', '?colour=red']) {
      expect((await ask(`GET /placement/traits${query}`)).status).toBe(400);
    }
    expect((await ask('GET /placement/traits/COMPUTE_NODE')).status).toBe(204);
    expect((await ask('GET /placement/traits/COMPUTE_PONY')).status).toBe(404);
    expect((await ask('DELETE /placement/traits/COMPUTE_NODE')).status).toBe(400);
  });

  test('an operator makes one, once, and deletes it', async () => {
    const made = await ask('PUT /placement/traits/CUSTOM_RAID');
    expect([made.status, made.headers.location, made.text]).toEqual([201, '/placement/traits/CUSTOM_RAID', '']);
    expect((await ask('PUT /placement/traits/CUSTOM_RAID')).status).toBe(204);
    expect((await ask('GET /placement/traits/CUSTOM_RAID')).status).toBe(204);
    expect(await list('?name=startswith:CUSTOM_')).toEqual(['CUSTOM_RAID']);
    expect((await ask('DELETE /placement/traits/CUSTOM_RAID')).status).toBe(204);
    expect((await ask('DELETE /placement/traits/CUSTOM_RAID')).status).toBe(404);
    for (const name of ['RAID', 'CUSTOM_', 'CUSTOM_raid', 'CUSTOM_RAID%20', `CUSTOM_${'X'.repeat(249)}`]) {
      expect([name, (await ask(`PUT /placement/traits/${name}`)).status]).toEqual([name, 400]);
    }
    expect((await ask(`PUT /placement/traits/CUSTOM_${'X'.repeat(248)}`)).status).toBe(201);
  });

  const own = ['COMPUTE_ARCH_X86_64', 'COMPUTE_NET_VIF_MODEL_E1000', 'COMPUTE_NODE'];
  const buses = ['COMPUTE_STORAGE_BUS_SCSI', 'COMPUTE_STORAGE_BUS_VIRTIO', 'HW_ARCH_X86_64'];

  test('a provider gets custom ones, and keeps those that its host says of itself', async () => {
    await ask('PUT /placement/traits/CUSTOM_GOLD');
    await ask('PUT /placement/traits/CUSTOM_SSD');
    const put = (traits: string[], generation: number) =>
      ask(`PUT /placement/resource_providers/${W1}/traits`, '1.39', {
        traits,
        resource_provider_generation: generation,
      });
    const gold = await put(['CUSTOM_GOLD', 'COMPUTE_NODE'], 7);
    const body = { traits: [...own, ...buses.slice(0, 2), 'CUSTOM_GOLD', 'HW_ARCH_X86_64'] };
    expect([gold.status, gold.body]).toEqual([200, { ...body, resource_provider_generation: 8 }]);
    expect((await ask(`GET /placement/resource_providers/${W1}/traits`)).body).toEqual(gold.body);
    const late = await put(['CUSTOM_SSD'], 7);
    expect([late.status, errorOf(late).code]).toEqual([409, 'placement.concurrent_update']);
    const required = await ask('GET /placement/resource_providers?required=CUSTOM_GOLD');
    expect(required.body.resource_providers.map(({ uuid }: { uuid: string }) => uuid)).toEqual([W1]);
    const inUse = await ask('DELETE /placement/traits/CUSTOM_GOLD');
    expect([inUse.status, errorOf(inUse).detail]).toMatchObject([409, expect.stringContaining('in use')]);
    expect((await put(['CUSTOM_SSD'], 8)).body.resource_provider_generation).toBe(9);
    expect((await ask('DELETE /placement/traits/CUSTOM_GOLD')).status).toBe(204);
    expect((await put(['CUSTOM_GOLD'], 9)).status).toBe(400);
    const foreign = await put(['HW_CPU_X86_AVX512F'], 9);
    expect([foreign.status, errorOf(foreign).detail]).toMatchObject([
      403,
      expect.stringContaining('come from the host'),
    ]);
    expect((await ask(`DELETE /placement/resource_providers/${W1}/traits`)).status).toBe(204);
    expect((await ask(`GET /placement/resource_providers/${W1}/traits`)).body).toEqual({
      traits: [...own, ...buses],
      resource_provider_generation: 10,
    });
  });

  test('two writers of the same generation: one of them is told', async () => {
    await ask('PUT /placement/traits/CUSTOM_GOLD');
    const { resource_provider_generation: generation } = (await ask(`GET /placement/resource_providers/${W1}/traits`))
      .body;
    const statuses = await Promise.all(
      Array.from({ length: 4 }, () =>
        ask(`PUT /placement/resource_providers/${W1}/traits`, '1.39', {
          traits: ['CUSTOM_GOLD'],
          resource_provider_generation: generation,
        }),
      ),
    );
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  test('a body that lacks something, or a host of a silent cell', async () => {
    for (const body of [
      {},
      { traits: ['CUSTOM_GOLD'] },
      { traits: ['CUSTOM_GOLD', 'CUSTOM_GOLD'], resource_provider_generation: 1 },
      { traits: ['gold'], resource_provider_generation: 1 },
      { traits: [], resource_provider_generation: 1, more: true },
    ]) {
      expect([body, (await ask(`PUT /placement/resource_providers/${W1}/traits`, '1.39', body)).status]).toEqual([
        body,
        400,
      ]);
    }
    east.silent = true;
    const silent = { traits: [], resource_provider_generation: 1 };
    expect((await ask(`PUT /placement/resource_providers/${E1}/traits`, '1.39', silent)).status).toBe(503);
  });
});

describe('resource classes', () => {
  const names = async () =>
    (await ask('GET /placement/resource_classes')).body.resource_classes.map(({ name }: { name: string }) => name);

  test('the standard ones', async () => {
    const all = await names();
    expect(all).toHaveLength(21);
    expect(all.slice(0, 3)).toEqual(['VCPU', 'MEMORY_MB', 'DISK_GB']);
    expect((await ask('GET /placement/resource_classes/VCPU')).body).toEqual({
      name: 'VCPU',
      links: [{ rel: 'self', href: '/placement/resource_classes/VCPU' }],
    });
    expect((await ask('GET /placement/resource_classes/PONY')).status).toBe(404);
    expect((await ask('DELETE /placement/resource_classes/VCPU')).status).toBe(400);
    expect((await ask('GET /placement/resource_classes', '1.1')).status).toBe(404);
  });

  test('an operator makes one, asks for it, renames it and deletes it', async () => {
    const create = (name: string) => ask('POST /placement/resource_classes', '1.39', { name });
    const made = await create('CUSTOM_LICENSE');
    expect([made.status, made.headers.location]).toEqual([201, '/placement/resource_classes/CUSTOM_LICENSE']);
    const again = await create('CUSTOM_LICENSE');
    expect([again.status, errorOf(again).code]).toEqual([409, 'placement.duplicate_name']);
    expect((await create('LICENSE')).status).toBe(400);
    expect((await ask('PUT /placement/resource_classes/CUSTOM_LICENSE', '1.7')).status).toBe(204);
    expect((await ask('PUT /placement/resource_classes/CUSTOM_SEAT', '1.7')).status).toBe(201);
    expect((await ask('PUT /placement/resource_classes/SEAT', '1.7')).status).toBe(400);
    const asked = await ask('GET /placement/allocation_candidates?resources=CUSTOM_SEAT:1');
    expect([asked.status, asked.body.allocation_requests]).toEqual([200, []]);
    const rename = (name: string) => ask('PUT /placement/resource_classes/CUSTOM_SEAT', '1.6', { name });
    expect((await rename('CUSTOM_LICENSE')).status).toBe(409);
    const renamed = await rename('CUSTOM_CHAIR');
    expect([renamed.status, renamed.body.name]).toEqual([200, 'CUSTOM_CHAIR']);
    expect((await names()).slice(21)).toEqual(['CUSTOM_CHAIR', 'CUSTOM_LICENSE']);
    expect((await rename('CUSTOM_TABLE')).status).toBe(404);
    expect((await ask('PUT /placement/resource_classes/VCPU', '1.6', { name: 'CUSTOM_CPU' })).status).toBe(400);
    expect((await ask('DELETE /placement/resource_classes/CUSTOM_CHAIR')).status).toBe(204);
    expect((await ask('DELETE /placement/resource_classes/CUSTOM_CHAIR')).status).toBe(404);
  });
});

describe('what belongs to the cells', () => {
  test.each([
    ['POST /placement/resource_providers', 'volvox host join'],
    [`PUT /placement/resource_providers/${W1}`, 'configuration of the agent'],
    [`DELETE /placement/resource_providers/${W1}`, 'openstack compute service delete'],
    [`POST /placement/resource_providers/${W1}/inventories`, 'conductor.cpuRatio'],
    [`PUT /placement/resource_providers/${W1}/inventories`, 'conductor.cpuRatio'],
    [`DELETE /placement/resource_providers/${W1}/inventories`, 'conductor.cpuRatio'],
    [`PUT /placement/resource_providers/${W1}/inventories/VCPU`, 'conductor.cpuRatio'],
    [`DELETE /placement/resource_providers/${W1}/inventories/VCPU`, 'conductor.cpuRatio'],
    [`PUT /placement/resource_providers/${W1}/aggregates`, 'openstack aggregate add host'],
    ['POST /placement/allocations', 'Compute API'],
    [`PUT /placement/allocations/${E1}`, 'Compute API'],
    [`DELETE /placement/allocations/${E1}`, 'Compute API'],
    ['POST /placement/reshaper', 'Compute API'],
  ])('%s is refused, in words that say what to do', async (what, words) => {
    const before = (await ask(`GET /placement/resource_providers/${W1}/inventories`)).body;
    const answer = await ask(what, '1.39', {});
    expect([answer.status, errorOf(answer).detail]).toMatchObject([403, expect.stringContaining(words)]);
    expect((await ask(`GET /placement/resource_providers/${W1}/inventories`)).body).toEqual(before);
  });
});
