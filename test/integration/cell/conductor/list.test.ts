import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert } from '#platform/contracts/contract.ts';
import { doorContract, type InstanceFilter, type InstanceSort, type SortKey } from '#platform/contracts/door.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { newInstanceRow } from '../../../../cell/database/stores/instances.ts';
import { aBuild, aFlavor, aPort, NETWORK, PROJECT } from './support/build-requests.ts';
import { CellWorld } from './support/cell-world.ts';

const COUNT = 1_200;
const USER_DATA = Buffer.from('#!/bin/sh'.padEnd(48_000, '#')).toString('base64');
const OTHER_PROJECT = 'b0000000000000000000000000000002';
const uuid: InstanceSort = { key: 'uuid', direction: 'asc' };

describe('listing instances', () => {
  let world: CellWorld;
  beforeAll(async () => {
    world = await CellWorld.create({ hosts: 2 });
    const rows = Array.from({ length: COUNT }, (_, index) => {
      const address = `10.20.${Math.floor(index / 250)}.${index % 250}`;
      const build = aBuild({
        name: `server-${index % 10}`,
        projectId: index % 4 === 3 ? OTHER_PROJECT : PROJECT,
        flavor: aFlavor({ id: String(index % 3) }),
        userData: USER_DATA,
        metadata: { group: `g${index % 5}`, "it's": 'quoted "so"' },
        tags: index % 2 === 0 ? ['even', `t${index % 6}`] : [`t${index % 6}`],
        keyPair: index % 3 === 0 ? { name: `key-${index % 6}`, publicKey: 'k', type: 'ssh', fingerprint: 'f' } : null,
        ports: [aPort({ fixedIps: [{ subnetId: NETWORK.subnets[0]?.id ?? '', address }] })],
        createdAt: new Date(Date.UTC(2026, 0, 1) + (index % 100) * 1_000).toISOString(),
      });
      const host = world.host(index % 2);
      const row = newInstanceRow(
        { build, epoch: 1, operationId: randomUUID(), guestId: randomUUID(), host, zone: 'nova' },
        Date.now(),
      );
      return {
        ...row,
        operation_id: null,
        vm_state: index % 7 === 0 ? ('stopped' as const) : ('active' as const),
        task_state: index % 11 === 0 ? ('rebooting' as const) : null,
        locked_by: index % 13 === 0 ? ('owner' as const) : null,
        deleted_at: index % 17 === 0 ? '2026-01-02 00:00:00' : null,
        launched_at: index % 5 === 0 ? null : `2026-01-01 00:00:${String(index % 60).padStart(2, '0')}`,
        power_state: index % 7 === 0 ? 4 : 1,
      };
    });
    for (let at = 0; at < rows.length; at += 200) {
      await world.test.database.write
        .insertInto('instances')
        .values(rows.slice(at, at + 200))
        .execute();
    }
    await world.test.database.write
      .updateTable('hosts')
      .set({ enabled: 0 })
      .where('id', '=', world.host(1).id)
      .execute();
  });
  afterAll(() => world.close());

  const list = (filter: InstanceFilter, sort: InstanceSort[] = [uuid], limit = 1_000) =>
    world.door.listInstances({ filter, sort, after: null, limit }).then(({ instances }) => instances);

  it('finds those that ran in a period', async () => {
    const ran = (start: string, end: string) => list({ ranBetween: { start, end } });
    const all = await ran('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');
    expect(all).toHaveLength((COUNT * 4) / 5);
    const early = await ran('2026-01-01T00:00:00Z', '2026-01-01T00:00:30Z');
    expect(early.length).toBeGreaterThan(0);
    expect(early.every(({ launchedAt }) => launchedAt !== null && launchedAt < '2026-01-01T00:00:30')).toBe(true);
    expect(await ran('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')).toEqual([]);
    const [one] = early;
    if (one === undefined) throw new Error('nothing ran');
    const { write } = world.test.database;
    const ended = { terminated_at: '2026-01-03 00:00:00' };
    await write.updateTable('instances').set(ended).where('uuid', '=', one.uuid).execute();
    const uuids = async (start: string) => (await ran(start, '2026-01-09T00:00:00Z')).map(({ uuid }) => uuid);
    expect(await uuids('2026-01-02T23:59:59Z')).toContain(one.uuid);
    expect(await uuids('2026-01-03T00:00:00Z')).not.toContain(one.uuid);
  });

  it.each<[string, InstanceFilter]>([
    ['imageId', { imageId: 'ü' }],
    ['flavorId', { flavorId: '💥' }],
    ['projectId', { projectId: 'ü' }],
    ['userId', { userId: 'ü' }],
    ['host', { host: 'ü' }],
    ['taskStates', { taskStates: ['ü'] }],
    ['vmStates', { vmStates: ['ü'] as never }],
    ['nameRegex', { nameRegex: 'ü💥' }],
    ['ipRegex', { ipRegex: 'ü' }],
    ['tagsAny', { tagsAny: ['ü'] }],
    ['metadata', { metadata: { ü: 'ü' } }],
    ['accessIpV4', { accessIpV4: 'ü' }],
    ['diskConfig', { diskConfig: 'ü' as never }],
    ['keyName', { keyName: 'KEY-0' }],
    ['hostname', { hostname: 'server-0 ' }],
  ])('finds nothing for %s that nothing has, whatever its characters', async (_name, filter) => {
    expect(await list(filter)).toEqual([]);
  });

  it('has user data only on request', async () => {
    const [first] = await list({ deleted: false });
    const page = { filter: { uuids: [first?.uuid ?? ''] }, sort: [uuid], after: null, limit: 1 };
    expect(first?.userData).toBeNull();
    expect((await world.door.listInstances({ ...page, withUserData: true })).instances[0]?.userData).toBe(USER_DATA);
    expect((await world.door.getInstance({ uuid: first?.uuid ?? '' })).userData).toBe(USER_DATA);
    const before = doorContract.calls.listInstances;
    expect(convert(before, 'request', page, 2, 3)).toEqual({ ...page, withUserData: true });
    expect(convert(before, 'request', { ...page, withUserData: true }, 3, 2)).toEqual(page);
  });

  it('finds user data that a row of an earlier release has inside its build, and moves it out with the next change', async () => {
    const [first] = await list({ deleted: false });
    const target = first?.uuid ?? '';
    const { read, write } = world.test.database;
    const row = await read.selectFrom('instances').select('build').where('uuid', '=', target).executeTakeFirstOrThrow();
    await write
      .updateTable('instances')
      .set({ build: JSON.stringify({ ...JSON.parse(row.build), userData: USER_DATA }), user_data: null })
      .where('uuid', '=', target)
      .execute();
    expect((await list({ uuids: [target] }))[0]?.userData).toBeNull();
    const actor = { userId: 'u', projectId: 'p', isAdmin: true, requestId: 'req-1' };
    await world.door.updateInstance({ uuid: target, patch: { description: 'changed' }, actor });
    const written = await read.selectFrom('instances').selectAll().where('uuid', '=', target).executeTakeFirstOrThrow();
    expect([JSON.parse(written.build).userData, written.user_data]).toEqual([null, USER_DATA]);
  });

  const keyValue: Partial<Record<SortKey, (instance: Instance) => string | number | boolean | null>> = {
    uuid: (instance) => instance.uuid,
    created_at: (instance) => instance.createdAt,
    display_name: (instance) => instance.name,
    key_name: (instance) => instance.keyPair?.name ?? null,
    launched_at: (instance) => instance.launchedAt,
    task_state: (instance) => instance.taskState,
    locked: (instance) => instance.lockedBy !== null,
    power_state: (instance) => instance.powerState,
    host: (instance) => instance.host,
    auto_disk_config: (instance) => instance.diskConfig === 'AUTO',
    kernel_id: () => null,
  };

  const sorts: InstanceSort[][] = [
    [
      { key: 'created_at', direction: 'desc' },
      { ...uuid, direction: 'desc' },
    ],
    [{ key: 'created_at', direction: 'desc' }, uuid],
    [{ key: 'key_name', direction: 'asc' }, uuid],
    [{ key: 'key_name', direction: 'desc' }, uuid],
    [{ key: 'launched_at', direction: 'desc' }, { key: 'display_name', direction: 'asc' }, uuid],
    [{ key: 'task_state', direction: 'asc' }, { key: 'power_state', direction: 'desc' }, uuid],
    [
      { key: 'locked', direction: 'desc' },
      { key: 'kernel_id', direction: 'asc' },
      { key: 'host', direction: 'asc' },
      uuid,
    ],
    [{ key: 'auto_disk_config', direction: 'asc' }, uuid],
  ];
  for (const sort of sorts) {
    it(`pages through all instances, each once and sorted: ${sort.map(({ key, direction }) => `${key} ${direction}`)}`, async () => {
      const filter = { projectId: PROJECT, deleted: false };
      const whole = await list(filter, sort);
      const paged: string[] = [];
      let after: (string | number | boolean | null)[] | null = null;
      for (;;) {
        const { instances } = await world.door.listInstances({ filter, sort, after, limit: 170 });
        paged.push(...instances.map((instance) => instance.uuid));
        const last = instances.at(-1);
        if (last === undefined) break;
        after = sort.map(({ key }) => keyValue[key]?.(last) ?? null);
      }
      expect(paged).toEqual(whole.map((instance) => instance.uuid));
      expect(new Set(paged).size).toBe(paged.length);
      expect(paged.length).toBeGreaterThan(500);
    });
  }

  it('shows nulls first ascending and last descending', async () => {
    const names = (direction: 'asc' | 'desc') =>
      list({ deleted: false }, [{ key: 'key_name', direction }, uuid], 5).then((rows) =>
        rows.map((row) => row.keyPair),
      );
    expect(await names('asc')).toEqual([null, null, null, null, null]);
    expect((await names('desc')).every((pair) => pair?.name === 'key-3')).toBe(true);
  });

  const conditions: [string, InstanceFilter, (instance: Instance) => boolean][] = [
    ['name', { nameRegex: 'SERVER-[12]$' }, (i) => /server-[12]$/.test(i.name)],
    ['flavor and host', { flavorId: '1', host: 'host-1' }, (i) => i.flavor.id === '1' && i.host === 'host-1'],
    ['address', { ipRegex: '^10\\.20\\.1\\.7$' }, (i) => i.ports[0]?.fixedIps[0]?.address === '10.20.1.7'],
    ['task', { taskStates: ['rebooting'] }, (i) => i.taskState === 'rebooting'],
    ['no task', { taskStates: [null] }, (i) => i.taskState === null],
    [
      'plain status',
      { states: [{ vmState: 'active', taskStates: null }] },
      (i) => i.vmState === 'active' && i.taskState === null,
    ],
    [
      'special status',
      { states: [{ vmState: 'active', taskStates: ['rebooting'] }] },
      (i) => i.vmState === 'active' && i.taskState === 'rebooting',
    ],
    ['power', { powerState: '4' }, (i) => i.powerState === 'shutdown'],
    ['locked', { locked: true }, (i) => i.lockedBy !== null],
    ['all tags', { tagsAll: ['even', 't2'] }, (i) => i.tags.includes('even') && i.tags.includes('t2')],
    ['any tag', { tagsAny: ['t1', 't2'] }, (i) => i.tags.includes('t1') || i.tags.includes('t2')],
    ['not all tags', { notTagsAll: ['even', 't2'] }, (i) => !(i.tags.includes('even') && i.tags.includes('t2'))],
    ['not any tag', { notTagsAny: ['t1', 't2'] }, (i) => !i.tags.includes('t1') && !i.tags.includes('t2')],
    ['metadata', { metadata: { group: 'g3', "it's": 'quoted "so"' } }, (i) => i.metadata.group === 'g3'],
    ['key', { keyName: 'key-3' }, (i) => i.keyPair?.name === 'key-3'],
    ['made at', { createdAt: '2026-01-01T00:00:08Z' }, (i) => i.createdAt === '2026-01-01T00:00:08.000Z'],
  ];
  for (const [what, filter, condition] of conditions) {
    it(`filters by ${what}`, async () => {
      const all = await list({ projectId: PROJECT, deleted: false });
      const expected = all.filter(condition).map((instance) => instance.uuid);
      expect(expected.length).toBeGreaterThan(0);
      const found = await list({ ...filter, projectId: PROJECT, deleted: false });
      expect(found.map((instance) => instance.uuid)).toEqual(expected);
    });
  }

  it('shows deleted instances only on request', async () => {
    expect((await list({ deleted: true })).every((instance) => instance.deletedAt !== null)).toBe(true);
    expect((await list({ deleted: false })).every((instance) => instance.deletedAt === null)).toBe(true);
  });

  it('shows the state of the hosts', async () => {
    const [instance] = await list({ host: 'host-2', deleted: false }, [uuid], 1);
    expect(instance?.hostStatus).toBe('MAINTENANCE');
  });

  it('refuses a pattern that is not valid', async () => {
    await expect(list({ nameRegex: '(' })).rejects.toMatchObject({ kind: 'invalid' });
    expect(await list({ nameRegex: 'x', uuids: [] })).toEqual([]);
  });

  it('ends a list whose pattern takes too long', async () => {
    const { write } = world.test.database;
    const describe = (text: string | null) =>
      write.updateTable('instances').set({ display_description: text }).execute();
    await describe(`${'a'.repeat(250)}!`);
    await expect(list({ descriptionRegex: '(a|a)*$' })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('took too long'),
    });
    expect(await list({ descriptionRegex: 'a!$' })).toHaveLength(1_000);
    await describe(null);
  });

  it('costs as much as the page', async () => {
    const sort: InstanceSort[] = [
      { key: 'created_at', direction: 'desc' },
      { ...uuid, direction: 'desc' },
    ];
    await list({ deleted: false }, sort);
    const times: number[] = [];
    for (let round = 0; round < 7; round++) {
      const began = performance.now();
      expect(await list({ deleted: false }, sort)).toHaveLength(1_000);
      times.push(performance.now() - began);
    }
    const median = times.sort((a, b) => a - b)[3] ?? Number.POSITIVE_INFINITY;
    console.log(`page of 1,000 through the door: median ${median.toFixed(0)} ms`);
    expect(median).toBeLessThan(600);
  });
});
