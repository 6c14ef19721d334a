import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Audit } from '#platform/audit/audit.ts';
import type { AuditMetrics } from '#platform/audit/audit-metrics.ts';
import { createFindingStore } from '#platform/audit/finding-store.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { CELL_AUDIT_KINDS } from '#platform/objects/audit-kinds.ts';
import { cellAuditors } from '../../../../cell/conductor/auditors/index.ts';
import { everything } from '../../../support/test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuild, aPort } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('what the auditors of a cell find', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 2, conductor: { auditEveryMs: 3_600_000 } }, (made) => {
    world = made;
  });

  /** Two rounds, far enough from each other, of an audit that knows nothing yet. */
  const audit = async () => {
    const repaired: string[] = [];
    const gauges = new Map<string, number>();
    const metrics: AuditMetrics = {
      differences: (kind, count) => void gauges.set(kind, count),
      repaired: (kind) => void repaired.push(kind),
    };
    const { parts } = world.conductor;
    const time = { ms: 0 };
    const clock = { ...parts.clock, now: () => Date.now() + time.ms };
    const auditors = cellAuditors({ ...parts, clock });
    const findings = createFindingStore(parts.database);
    const one = new Audit({ auditors, findings, metrics, clock, log: silentLogger });
    await one.round();
    expect(repaired, 'at the first look').toEqual([]);
    time.ms = 90_000;
    await one.round();
    const found = (await world.door.listFindings({})).findings;
    return {
      repaired,
      found: found.map(({ kind, subject }) => [kind, subject]),
      counted: [...gauges.values()].reduce((sum, count) => sum + count, 0),
    };
  };
  const NOTHING = { repaired: [], found: [], counted: 0 };
  const repairs = async (...kinds: string[]) => {
    expect(await audit()).toEqual({ repaired: kinds, found: [], counted: 0 });
    expect(await audit()).toEqual(NOTHING);
  };
  const shows = async (kind: string, subject: string) =>
    expect(await audit()).toEqual({ repaired: [], found: [[kind, subject]], counted: 1 });

  it('show a host that has a problem, until it has none', async () => {
    world.agents.problems.set('host-2', 'No tap device can be made');
    await world.agents.announce();
    await shows('host-problem', 'host-2');
    world.agents.problems.clear();
    await world.agents.announce();
    expect(await audit()).toEqual(NOTHING);
  });

  it('show a host whose guests lack limits, until they have them', async () => {
    world.agents.missingWalls.set('host-2', ['memory', 'pids']);
    await world.agents.announce();
    await shows('host-limits', 'host-2');
    world.agents.missingWalls.clear();
    await world.agents.announce();
    expect(await audit()).toEqual(NOTHING);
  });

  const read = () => everything(world.test.database);
  const guestOf = async (uuid: string) =>
    read().selectFrom('guests').selectAll().where('instance_uuid', '=', uuid).executeTakeFirstOrThrow();
  /** Runs `work` while an operation seems to work at the instance. */
  const duringOperation = async <T>(uuid: string, work: () => Promise<T>): Promise<T> => {
    const id = randomUUID();
    const far = Date.now() + 3_600_000;
    await read()
      .insertInto('operations')
      .values({
        ...{ id, kind: 'unheard-of', subject: uuid, state: 'running', step_index: 0, attempt: 1, params: '{}' },
        ...{ outputs: '{}', history: '[]', message: null, wake_at: far, lease_owner: 'somebody', lease_token: 1 },
        ...{ lease_expires_at: far, deadline_at: far, request_id: 'req-1', user_id: null, project_id: null },
        ...{ created_at: Date.now(), updated_at: Date.now(), finished_at: null },
      })
      .execute();
    try {
      return await work();
    } finally {
      await read().deleteFrom('operations').where('id', '=', id).execute();
    }
  };
  const restored = async (table: 'guests' | 'instances', key: string, work: () => Promise<unknown>) => {
    const column = table === 'guests' ? 'id' : 'uuid';
    const row = await read().selectFrom(table).selectAll().where(column, '=', key).executeTakeFirstOrThrow();
    await work();
    await read().deleteFrom(table).where(column, '=', key).execute();
    await read()
      .insertInto(table)
      .values(row as never)
      .execute();
    expect(await audit()).toEqual(NOTHING);
  };

  it('nothing, while servers are built, stopped and deleted', async () => {
    const uuids = await Promise.all([0, 1, 0].map((host) => world.anActiveInstance(host)));
    expect(await audit()).toEqual(NOTHING);
    await world.act(uuids[0] ?? '', 'stop');
    await world.until(uuids[0] ?? '', 'stopped');
    for (const uuid of uuids.slice(1)) await world.act(uuid, 'delete');
    expect((await audit()).found).toEqual([]);
    for (const uuid of uuids.slice(1)) await world.untilGone(uuid);
    await waitUntil('the guests to be gone', async () => (await world.leftovers()).guests === 1);
    expect(await audit()).toEqual(NOTHING);
  });

  it('each kind has its gauge', async () => {
    const shown = await waitUntil('the first round', async () => {
      const text = await world.conductor.metrics.metrics();
      const gauges = [...text.matchAll(/^volvox_audit_differences\{.*kind="([a-z-]+)".*\} (\d+)$/gm)];
      return gauges.length < CELL_AUDIT_KINDS.length ? null : gauges.map(([, kind, count]) => [kind, count]);
    });
    expect(shown.sort()).toEqual(CELL_AUDIT_KINDS.map((kind) => [kind, '0']).sort());
  });

  it('host-usage: counted again', async () => {
    await read().updateTable('hosts').set({ used_vcpus: 7, guests: 9 }).where('id', '=', world.host(0).id).execute();
    await repairs('host-usage');
    await world.auditClaims();
  });

  it('claim-without-guest: released, but not while an operation claims capacity for a guest that it will create', async () => {
    const uuid = await world.anActiveInstance(1);
    const guestId = randomUUID();
    const hostId = world.host(1).id;
    await read()
      .insertInto('claims')
      .values({
        guest_id: guestId,
        host_id: hostId,
        instance_uuid: uuid,
        group_id: null,
        vcpus: 1,
        ram_mb: 1,
        disk_gb: 1,
      })
      .execute();
    await read()
      .updateTable('hosts')
      .set((eb) => ({
        used_vcpus: eb('used_vcpus', '+', 1),
        used_ram_mb: eb('used_ram_mb', '+', 1),
        used_disk_gb: eb('used_disk_gb', '+', 1),
        guests: eb('guests', '+', 1),
      }))
      .where('id', '=', hostId)
      .execute();
    expect(await duringOperation(uuid, audit)).toEqual(NOTHING);
    await repairs('claim-without-guest');
    await world.auditClaims();
  });

  it('guest-without-claim: claimed, in its group', async () => {
    const serverGroup = { id: randomUUID(), name: 'group', policy: 'affinity', maxServerPerHost: 1 };
    const uuid = await world.anActiveInstance(0, { build: aBuild({ serverGroup }) });
    const guest = await guestOf(uuid);
    const claims = () => read().selectFrom('claims').selectAll().where('guest_id', '=', guest.id).executeTakeFirst();
    const before = await claims();
    await read().deleteFrom('claims').where('guest_id', '=', guest.id).execute();
    await world.conductor.parts.database.transaction(async (tx) => {
      await tx
        .updateTable('hosts')
        .set((eb) => ({
          used_vcpus: eb('used_vcpus', '-', before?.vcpus ?? 0),
          used_ram_mb: eb('used_ram_mb', '-', before?.ram_mb ?? 0),
          used_disk_gb: eb('used_disk_gb', '-', before?.disk_gb ?? 0),
          guests: eb('guests', '-', 1),
        }))
        .where('id', '=', guest.host_id)
        .execute();
    });
    expect(await duringOperation(uuid, audit)).toEqual(NOTHING);
    await repairs('guest-without-claim');
    expect(await claims()).toEqual(before);
    await world.auditClaims();
  });

  it('binding-without-guest: unplugged', async () => {
    const uuid = await world.anActiveInstance(0);
    const row = await read()
      .selectFrom('port_bindings')
      .selectAll()
      .where('instance_uuid', '=', uuid)
      .executeTakeFirstOrThrow();
    const unownedBinding = { ...row, id: randomUUID(), port_id: randomUUID(), guest_id: randomUUID() };
    await read().insertInto('port_bindings').values(unownedBinding).execute();
    expect(await duringOperation(uuid, audit)).toEqual(NOTHING);
    await repairs('binding-without-guest');
    await waitUntil('the binding to be gone', async () => {
      const left = await read().selectFrom('port_bindings').select('id').where('id', '=', unownedBinding.id).execute();
      return left.length === 0;
    });
  });

  it('port-unbound: bound again, and created where it is missing', async () => {
    const uuid = await world.anActiveInstance(0, { build: aBuild({ ports: [aPort(), aPort()] }) });
    const bindings = () =>
      read().selectFrom('port_bindings').selectAll().where('instance_uuid', '=', uuid).orderBy('port_id').execute();
    const [one, other] = await bindings();
    await read()
      .deleteFrom('port_bindings')
      .where('id', '=', one?.id ?? '')
      .execute();
    await read()
      .updateTable('port_bindings')
      .set({ present: 0 })
      .where('id', '=', other?.id ?? '')
      .execute();
    expect(await duringOperation(uuid, audit)).toEqual(NOTHING);
    await repairs('port-unbound');
    await waitUntil('both to be plugged', async () =>
      (await bindings()).every((binding) => binding.present === 1 && binding.settled === 1),
    );
    expect((await bindings()).map((binding) => binding.port_id)).toEqual([one?.port_id, other?.port_id]);
  });

  it('instance-owner: released', async () => {
    const uuid = await world.anActiveInstance();
    await read()
      .updateTable('instances')
      .set({ operation_id: randomUUID(), task_state: 'rebooting' })
      .where('uuid', '=', uuid)
      .execute();
    await repairs('instance-owner');
    expect(await world.get(uuid)).toMatchObject({ vmState: 'active', taskState: null });
    await world.act(uuid, 'stop');
    await world.until(uuid, 'stopped');
  });

  it('instance-without-guest: its only guest becomes the current one; without one it is shown', async () => {
    const uuid = await world.anActiveInstance(0);
    const guest = await guestOf(uuid);
    await read().updateTable('instances').set({ guest_id: null, host_id: null }).where('uuid', '=', uuid).execute();
    expect(await duringOperation(uuid, audit)).toEqual(NOTHING);
    await repairs('instance-without-guest');
    expect((await world.row(uuid)).rows).toMatchObject({ guest_id: guest.id, host_id: guest.host_id });
    await restored('instances', uuid, async () => {
      await read().updateTable('instances').set({ guest_id: null }).where('uuid', '=', uuid).execute();
      await read().updateTable('guests').set({ role: 'source' }).where('id', '=', guest.id).execute();
      await shows('instance-without-guest', uuid);
      await read().updateTable('guests').set({ role: 'current' }).where('id', '=', guest.id).execute();
    });
  });

  it('guest-epoch: a lower one is raised, a higher one shown', async () => {
    const uuid = await world.anActiveInstance(0);
    const guest = await guestOf(uuid);
    await read().updateTable('guests').set({ epoch: 0 }).where('id', '=', guest.id).execute();
    expect(await duringOperation(uuid, audit)).toEqual(NOTHING);
    await repairs('guest-epoch');
    await world.agents.workGuests(null);
    expect(await guestOf(uuid)).toMatchObject({ epoch: 1, settled: 1 });
    await restored('guests', guest.id, async () => {
      await read().updateTable('guests').set({ epoch: 2 }).where('id', '=', guest.id).execute();
      await shows('guest-epoch', guest.id);
    });
  });

  it('guest-without-instance: shown', async () => {
    const uuid = await world.anActiveInstance(0);
    const guest = await guestOf(uuid);
    await restored('instances', uuid, async () => {
      await read()
        .updateTable('instances')
        .set({ uuid: randomUUID(), guest_id: null, vm_state: 'error' })
        .where('uuid', '=', uuid)
        .execute();
      expect(await duringOperation(uuid, audit)).toEqual(NOTHING);
      await shows('guest-without-instance', guest.id);
      await read().deleteFrom('instances').where('guest_id', 'is', null).where('vm_state', '=', 'error').execute();
    });
  });

  it('guest-missing, guest-stuck, binding-stuck: shown', async () => {
    const uuid = await world.anActiveInstance(0);
    const guest = await guestOf(uuid);
    await restored('guests', guest.id, async () => {
      await read().updateTable('guests').set({ found_power: 0 }).where('id', '=', guest.id).execute();
      expect(await duringOperation(uuid, audit)).toEqual(NOTHING);
      await shows('guest-missing', guest.id);
      const error = JSON.stringify({ message: 'the disk is full', details: null, permanent: false });
      await read()
        .updateTable('guests')
        .set({ found_power: 1, settled: 0, error, errors: 12, generation: 99 })
        .where('id', '=', guest.id)
        .execute();
      expect(await duringOperation(uuid, audit)).toEqual(NOTHING);
      await shows('guest-stuck', guest.id);
      expect((await world.door.listFindings({})).findings[0]?.message).toContain('the disk is full');
    });
    const [binding] = await read().selectFrom('port_bindings').selectAll().where('guest_id', '=', guest.id).execute();
    const late = { settled: 0, generation: 99, changed_at: Date.now() - 3_600_000 };
    await read()
      .updateTable('port_bindings')
      .set(late)
      .where('id', '=', binding?.id ?? '')
      .execute();
    await shows('binding-stuck', binding?.id ?? '');
    await read()
      .updateTable('port_bindings')
      .set({ settled: 1 })
      .where('id', '=', binding?.id ?? '')
      .execute();
  });

  it('instance-lingering: shown, unless a move is in progress', async () => {
    const uuid = await world.anActiveInstance(0);
    await restored('instances', uuid, async () => {
      await read().updateTable('instances').set({ presence: 'left' }).where('uuid', '=', uuid).execute();
      expect(await duringOperation(uuid, audit)).toEqual(NOTHING);
      await shows('instance-lingering', uuid);
    });
  });

  it('guest-unknown: shown as long as its agent names it, and never touched', async () => {
    const known = [...world.agents.guests.values()][0];
    if (known === undefined) throw new Error('no guest');
    const unknownGuest = { ...known, guestId: randomUUID(), hostName: 'host-2' };
    const unknown = world.agents.observed(unknownGuest, { generation: 0, settled: false });
    await world.agents.reportGuests([unknown, world.agents.observed(known, { generation: 0, settled: false })]);
    await shows('guest-unknown', unknownGuest.guestId);
    await read()
      .updateTable('unknown_guests')
      .set({ seen_at: Date.now() - 901_000 })
      .execute();
    expect(await audit()).toEqual(NOTHING);
  });

  it('a finding of a kind that no auditor knows any more is dropped', async () => {
    const row = { subject: randomUUID(), message: 'stored by an earlier release', advice: 'none', since: 1 };
    await read()
      .insertInto('findings')
      .values({ ...row, kind: 'guest-broken' as never })
      .execute();
    expect((await world.door.listFindings({})).findings.map(({ kind }) => kind)).toEqual(['guest-broken']);
    expect(await audit()).toEqual(NOTHING);
  });

  it('instance-quarantined: shown at once, until an operator removes it', async () => {
    const uuid = await world.anActiveInstance(0);
    await world.door.quarantine({ instances: [{ uuid, epoch: 1, reason: 'Its home is elsewhere.' }] });
    await waitUntil('its port to leave', async () => {
      const left = await read().selectFrom('port_bindings').select('id').where('instance_uuid', '=', uuid).execute();
      return left.length === 0;
    });
    await shows('instance-quarantined', uuid);
    await world.door.removeQuarantined({ uuid, epoch: 1 });
    expect(await audit()).toEqual(NOTHING);
  });

  it('operation-late: shown', async () => {
    const uuid = await world.anActiveInstance(0);
    await duringOperation(uuid, async () => {
      await read()
        .updateTable('operations')
        .set({ deadline_at: 1 })
        .where('subject', '=', uuid)
        .where('finished_at', 'is', null)
        .execute();
      const { found } = await audit();
      expect(found.map(([kind]) => kind)).toEqual(['operation-late']);
    });
    expect(await audit()).toEqual(NOTHING);
  });
});
