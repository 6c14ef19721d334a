import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Audit } from '#platform/audit/audit.ts';
import type { AuditMetrics } from '#platform/audit/audit-metrics.ts';
import { createFindingStore } from '#platform/audit/finding-store.ts';
import { addFreeRanges } from '#platform/directory/stores/addresses.ts';
import { insertAllocations } from '#platform/directory/stores/allocations.ts';
import { addOrphanedPlacement } from '#platform/directory/stores/orphaned-placements.ts';
import { projectUsages } from '#platform/directory/stores/quotas.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { freeAddresses } from '../../../super-conductor/auditors/free-addresses.ts';
import { directoryAuditors } from '../../../super-conductor/auditors/index.ts';
import { quotaUsage } from '../../../super-conductor/auditors/quota-usage.ts';
import { setHome } from '../../support/set-home.ts';
import { everything } from '../../support/test-database.ts';
import type { StubCell } from './stub-cell.ts';
import { aWorldWithServer, type World } from './world.ts';

const AT = '2026-05-01 12:00:00';

describe('what the auditors of the directory find', () => {
  let a: StubCell;
  let world: World;
  let uuid: string;
  beforeEach(async () => {
    ({ world, a, uuid } = await aWorldWithServer());
    await world.untilIdle();
  });
  afterEach(() => world.close());

  const read = () => everything(world.directory);
  const home = (values: Parameters<typeof setHome>[2]) =>
    world.directory.transaction((tx) => setHome(tx, uuid, values, world.deps.clock.now()));
  /** The server is deleted, with the quota that it used. */
  const deleteServer = async () => {
    await home({ state: 'deleted', deleted_at: AT });
    await read().deleteFrom('quota_usages').execute();
    a.instances.clear();
  };
  /** Two rounds, so far from each other, of an audit that knows nothing yet. */
  const audit = async (apartMs = 60_000) => {
    const repaired: string[] = [];
    const metrics: AuditMetrics = { differences: () => undefined, repaired: (kind) => void repaired.push(kind) };
    const findings = createFindingStore(world.directory);
    const auditors = directoryAuditors(world.deps, silentLogger);
    const one = new Audit({ auditors, findings, metrics, clock: world.deps.clock, log: silentLogger });
    await one.round();
    expect(repaired, 'at the first look').toEqual([]);
    world.skip(apartMs);
    await one.round();
    return { repaired, found: (await findings.list()).map(({ kind, subject }) => [kind, subject]) };
  };
  const NOTHING = { repaired: [], found: [] };
  const repairs = async (...kinds: string[]) => {
    expect(await audit()).toEqual({ repaired: kinds, found: [] });
    expect(await audit()).toEqual(NOTHING);
  };
  const shows = async (kind: string, subject: string) =>
    expect(await audit()).toEqual({ repaired: [], found: [[kind, subject]] });
  const aPort = (device: string) => ({
    ...{ id: randomUUID(), network_id: randomUUID(), project_id: 'project', name: '', description: '' },
    ...{
      mac: `fa:16:3e:${randomUUID()
        .slice(0, 8)
        .replace(/(..)(?=.)/g, '$1:')}`.slice(0, 17),
      admin_state_up: 1,
    },
    ...{ device_id: device, device_owner: 'compute:nova', status: 'ACTIVE', fixed_ips: '[]' },
    ...{ security_group_ids: '[]', dns_name: '', port_security_enabled: 1, made_for_device: 1 },
    ...{ created_at: AT, updated_at: AT, revision: 1 },
  });

  it('nothing, when all is even', async () => {
    expect(await audit()).toEqual(NOTHING);
  });

  it('quota-usage: counted anew, also where nothing was counted', async () => {
    const right = await projectUsages(read(), 'project');
    await read().updateTable('quota_usages').set({ in_use: 17 }).where('resource', '=', 'cores').execute();
    const [difference] = await quotaUsage(world.deps).look();
    expect(difference?.message).toMatch(/^project project is counted 1\/17\/\d+ .*, its servers hold 1\/\d+\/\d+$/);
    await repairs('quota-usage');
    await read().deleteFrom('quota_usages').execute();
    await repairs('quota-usage');
    await read().insertInto('quota_usages').values({ project_id: 'empty', resource: 'ram', in_use: 5 }).execute();
    await repairs('quota-usage');
    expect(await projectUsages(read(), 'project')).toEqual(right);
    expect((await projectUsages(read(), 'empty')).ram).toBe(0);
  });

  it('port-of-nobody: released after a deleted server, shown for an unknown one', async () => {
    const kept = aPort(uuid);
    await read().insertInto('ports').values(kept).execute();
    expect(await audit()).toEqual(NOTHING);
    const unknown = aPort(randomUUID());
    await read().insertInto('ports').values(unknown).execute();
    await shows('port-of-nobody', unknown.id);
    await read().deleteFrom('ports').where('id', '=', unknown.id).execute();
    await deleteServer();
    await repairs('port-of-nobody');
    expect(await read().selectFrom('ports').select('id').execute()).toEqual([]);
  });

  it('address-of-nobody, group-member-gone: given back, taken out', async () => {
    await read()
      .insertInto('address_allocations')
      .values({ subnet_id: randomUUID(), address: '0a140005', port_id: randomUUID() })
      .execute();
    const members = [uuid, randomUUID()].map((instance_uuid) => ({
      ...{ instance_uuid, group_uuid: randomUUID(), user_id: 'user', created_at: AT },
    }));
    await read().insertInto('server_group_members').values(members).execute();
    await repairs('group-member-gone', 'address-of-nobody');
    const left = await read().selectFrom('server_group_members').select('instance_uuid').execute();
    expect(left).toEqual([{ instance_uuid: uuid }]);
  });

  it('address-free-in-use: it is not free any more', async () => {
    const subnetId = randomUUID();
    await world.deps.directory.transaction(async (tx) => {
      await addFreeRanges(tx, subnetId, 4, [{ first: 0x0a14_0002n, last: 0x0a14_0009n }]);
      const used = { portId: null, version: 4 as const, fixedIp: { subnetId, address: '10.20.0.5' } };
      await insertAllocations(tx, [used]);
    });
    const [difference] = await freeAddresses(world.deps).look();
    expect(difference?.message).toBe(`address 10.20.0.5 of subnet ${subnetId} is in use, and free`);
    await repairs('address-free-in-use');
    const free = await read().selectFrom('free_addresses').selectAll().where('subnet_id', '=', subnetId).execute();
    expect(free.map((row) => [row.first_address, row.last_address])).toEqual([
      ['0a140002', '0a140004'],
      ['0a140006', '0a140009'],
    ]);
  });

  it('home-elsewhere: its cell is told to quarantine the instance', async () => {
    const { epoch } = (await world.home(uuid)) ?? { epoch: 0 };
    await home({ cell_id: randomUUID(), epoch: epoch + 1 });
    await repairs('home-elsewhere');
    expect(a.quarantined).toMatchObject([{ uuid, epoch }]);
  });

  it('home-differs: shown, and nothing is touched', async () => {
    const { epoch } = (await world.home(uuid)) ?? { epoch: 0 };
    await home({ epoch: epoch - 1 });
    await shows('home-differs', `${uuid}@a`);
    await home({ epoch: epoch + 1 });
    await shows('home-differs', `${uuid}@a`);
    expect(a.quarantined).toEqual([]);
  });

  it('home-lost: shown, unless the cell is silent or a move handles it', async () => {
    a.instances.clear();
    await shows('home-lost', uuid);
    a.mood = 'dead';
    expect(await audit()).toEqual(NOTHING);
    a.mood = 'well';
    const id = await anOperation(null);
    await home({ moving_operation_id: id });
    expect(await audit()).toEqual(NOTHING);
  });

  const anOperation = async (finishedAt: number | null) => {
    const id = randomUUID();
    const far = world.deps.clock.now() + 36_000_000;
    await read()
      .insertInto('operations')
      .values({
        ...{ id, kind: 'unheard-of', subject: uuid, state: finishedAt === null ? 'running' : 'done', step_index: 0 },
        ...{ attempt: 1, params: '{}', outputs: '{}', history: '[]', message: null, wake_at: far, signals: 0 },
        ...{ lease_owner: 'somebody', lease_token: 1, lease_expires_at: far, deadline_at: far, request_id: 'req-1' },
        ...{ user_id: null, project_id: null, created_at: 1, updated_at: 1, finished_at: finishedAt },
      })
      .execute();
    return id;
  };

  it('move-without-operation: released when the move is over, shown when it is unknown, not touched while it is in progress', async () => {
    const going = await anOperation(null);
    await home({ moving_operation_id: going });
    expect(await audit()).toEqual(NOTHING);
    await home({ moving_operation_id: randomUUID() });
    await shows('move-without-operation', uuid);
    await home({ moving_operation_id: await anOperation(1) });
    await repairs('move-without-operation');
    expect((await world.home(uuid))?.moving).toBeNull();
    await read().deleteFrom('operations').where('id', '=', going).execute();
  });

  it('orphaned-placement-open: shown after minutes', async () => {
    await world.directory.transaction((tx) =>
      addOrphanedPlacement(tx, { instanceUuid: uuid, cellId: a.id, epoch: 1 }, 0),
    );
    expect(await audit()).toEqual(NOTHING);
    expect(await audit(400_000)).toEqual({ repaired: [], found: [['orphaned-placement-open', `${uuid}@a`]] });
  });

  it('reservation-open: shown after minutes, forgotten when the server is deleted', async () => {
    const now = world.deps.clock.now();
    const change = { instance_uuid: uuid, change_id: randomUUID(), under_way_until: now };
    await read().insertInto('hold_changes').values(change).execute();
    expect(await audit()).toEqual(NOTHING);
    world.skip(600_000);
    await shows('reservation-open', change.change_id);
    await deleteServer();
    await repairs('reservation-open');
    expect(await read().selectFrom('hold_changes').select('change_id').execute()).toEqual([]);
  });

  it('operation-late: shown', async () => {
    const id = await anOperation(null);
    await read().updateTable('operations').set({ deadline_at: 1 }).where('id', '=', id).execute();
    await shows('operation-late', id);
    await read().deleteFrom('operations').where('id', '=', id).execute();
    expect(await audit()).toEqual(NOTHING);
  });
});
