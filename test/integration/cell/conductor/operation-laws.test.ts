import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { GuestNic } from '#platform/objects/guest.ts';
import { type GuestParts, NO_PARTS } from '#platform/objects/guest-parts.ts';
import type { AnyOperation } from '#platform/operations/definition.ts';
import type { OperationStore } from '#platform/operations/store.ts';
import { findAction } from '../../../../cell/conductor/actions/index.ts';
import { build } from '../../../../cell/conductor/operations/build.ts';
import { confirmResize } from '../../../../cell/conductor/operations/confirm-resize.ts';
import { deleteInstance } from '../../../../cell/conductor/operations/delete.ts';
import { type EvacuateParams, evacuate } from '../../../../cell/conductor/operations/evacuate.ts';
import { bindingFor, nicOf } from '../../../../cell/conductor/operations/guests.ts';
import { type LiveMigrateParams, liveMigrate } from '../../../../cell/conductor/operations/live-migrate.ts';
import { moveIn } from '../../../../cell/conductor/operations/move-in.ts';
import { type MoveOutParams, moveOut } from '../../../../cell/conductor/operations/move-out.ts';
import type { RebuildParams } from '../../../../cell/conductor/operations/rebuild.ts';
import { type ResizeParams, resize } from '../../../../cell/conductor/operations/resize.ts';
import { revertResize } from '../../../../cell/conductor/operations/revert-resize.ts';
import type { UnshelveParams } from '../../../../cell/conductor/operations/unshelve.ts';
import type { CellParts } from '../../../../cell/conductor/parts.ts';
import type { CellTx } from '../../../../cell/database/cell-database.ts';
import { markAbsent, type StoredSpec, setDesired, specOf } from '../../../../cell/database/stores/guests.ts';
import { findMoveOut, insertMoveOut, requestPhase } from '../../../../cell/database/stores/moves-out.ts';
import { bindingsOf, insertBindings } from '../../../../cell/database/stores/port-bindings.ts';
import { aBuild } from '../../../support/a-build.ts';
import { aNetwork } from '../../../support/a-network.ts';
import { aServiceDisk } from '../../../support/a-service-disk.ts';
import { MemoryOperationStore } from '../../../support/memory-operation-store.ts';
import { itKeepsTheOperationLaws, type OperationWorld } from '../../../support/operation-laws.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { MoveIn } from './support/a-move-in.ts';
import { aFlavor, aPort } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

/**
 * Each case brings an instance to where its operation begins; the operation itself is run by the engine of the laws, under changed
 * steps. So that the world's own conductor keeps its hands off, the operation lives in memory, and only a row with an endless lease
 * stands for it in the cell's database.
 */
let world: CellWorld;
useCellWorld({ hosts: 2, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } }, (made) => {
  world = made;
});

interface Case {
  readonly definition: AnyOperation<CellParts, CellTx>;
  begin(): Promise<{ readonly uuid: string; readonly params: unknown }>;
  /** What others than agents do while it runs; called again and again. */
  play?(uuid: string): Promise<unknown>;
  done(uuid: string): Promise<unknown>;
  undone(uuid: string): Promise<unknown>;
}

function lawStore(uuid: string, memory: MemoryOperationStore): OperationStore<CellTx> {
  const { database } = world.test;
  const forEver = Date.now() + 1e9;
  /** The memory has an outcome before the transaction that records it commits, so `get` waits for these. */
  const uncommitted = new Set<Promise<unknown>>();
  return {
    transaction: async (work) => {
      const transaction = database.transaction(work);
      uncommitted.add(transaction);
      try {
        return await transaction;
      } finally {
        uncommitted.delete(transaction);
      }
    },
    insert: async (tx, row) => {
      await tx
        .updateTable('instances')
        .set({ operation_id: row.id, task_state: 'rebooting' })
        .where('uuid', '=', uuid)
        .where('deleted_at', 'is', null)
        .execute();
      await tx.updateTable('moves_in').set({ operation_id: row.id }).where('instance_uuid', '=', uuid).execute();
      await tx
        .insertInto('operations')
        .values({
          ...{ id: row.id, kind: row.kind, subject: uuid, state: 'running', step_index: 0, attempt: 1, params: '{}' },
          ...{ outputs: '{}', history: '[]', message: null, wake_at: forEver, lease_owner: 'laws', lease_token: 1 },
          ...{
            lease_expires_at: forEver,
            deadline_at: forEver,
            request_id: 'req-laws',
            user_id: null,
            project_id: null,
          },
          ...{ created_at: 0, updated_at: 0, finished_at: null },
        })
        .execute();
      return memory.insert({}, row);
    },
    get: async (id) => {
      await Promise.allSettled(uncommitted);
      return memory.get(id);
    },
    list: (filter) => memory.list(filter),
    // A transaction of a step in addition to its outcome reads the lease of the operation from the database.
    claim: async (...given) => {
      const row = await memory.claim(...given);
      if (row !== null)
        await database.write
          .updateTable('operations')
          .set({ lease_token: row.leaseToken })
          .where('id', '=', row.id)
          .execute();
      return row;
    },
    extend: (...given) => memory.extend(...given),
    save: (from, progress, options = {}) =>
      memory.save(from, progress, options.signals === undefined ? {} : { signals: options.signals }),
    resolve: (...given) => memory.resolve(...given),
    signal: (id) => memory.signal(id),
    countOverdue: (now) => memory.countOverdue(now),
    due: (...given) => memory.due(...given),
  };
}

function lawsOf(one: Case): void {
  itKeepsTheOperationLaws(one.definition, async (): Promise<OperationWorld<CellParts, CellTx>> => {
    const { uuid, params } = await one.begin();
    world.agents.bindingFate = () => 'settle';
    const memory = new MemoryOperationStore();
    return {
      store: lawStore(uuid, memory),
      deps: world.conductor.parts,
      params,
      subject: uuid,
      play: async () => {
        await world.agents.workBindings(null);
        await world.agents.workGuests(null);
        await one.play?.(uuid);
        for (const id of memory.rows.keys()) await memory.signal(id);
      },
      expectDone: async () => void (await one.done(uuid)),
      expectUndone: async () => void (await one.undone(uuid)),
      close: () => world.auditClaims(),
    };
  });
}

const guestsOf = (uuid: string) =>
  world.test.database.read.selectFrom('guests').selectAll().where('instance_uuid', '=', uuid).execute();
const untilGuests = (uuid: string, count: number) =>
  waitUntil(`${count} guests of ${uuid}`, async () => (await guestsOf(uuid)).length === count);
const guestWithRole = async (uuid: string, role: string): Promise<string> => {
  const guest = (await guestsOf(uuid)).find((candidate) => candidate.role === role);
  if (guest === undefined) throw new Error(`${uuid} has no ${role} guest`);
  return guest.id;
};
const flavor = aFlavor({ id: '2', vcpus: 2 });

const operationOf = (kind: string): AnyOperation<CellParts, CellTx> => {
  const definition = findAction(kind)?.operation ?? null;
  if (definition === null) throw new Error(`${kind} has no operation`);
  return definition;
};

lawsOf({
  definition: build,
  begin: async () => {
    world.agents.bindingFate = () => 'silence';
    const uuid = await world.request(0);
    await world.test.database.write.deleteFrom('operations').where('subject', '=', uuid).execute();
    return { uuid, params: { candidates: [world.host(0).id] } };
  },
  done: (uuid) => world.until(uuid, 'active'),
  undone: async (uuid) => {
    expect(await world.get(uuid)).toMatchObject({ vmState: 'building', host: null });
    await untilGuests(uuid, 0);
  },
});

lawsOf({
  definition: deleteInstance,
  begin: async () => {
    const uuid = await world.anActiveInstance(0);
    await world.test.database.transaction((tx) => markAbsent(tx, uuid, Date.now()));
    return { uuid, params: {} };
  },
  done: async (uuid) => {
    await world.untilGone(uuid);
    await untilGuests(uuid, 0);
  },
  undone: (uuid) => world.until(uuid, 'error'),
});

lawsOf({
  definition: operationOf('softDelete'),
  begin: async () => {
    const uuid = await world.anActiveInstance(0);
    const guestId = await guestWithRole(uuid, 'current');
    await world.test.database.transaction((tx) => setDesired(tx, guestId, { power: 'stopped' }, Date.now()));
    return { uuid, params: { guestId, before: 'running', partsBefore: NO_PARTS } };
  },
  done: async (uuid) => {
    expect(await world.until(uuid, 'soft-delete')).toMatchObject({ host: 'host-1' });
    await untilGuests(uuid, 1);
  },
  undone: (uuid) => world.until(uuid, 'active'),
});

lawsOf({
  definition: operationOf('restore'),
  begin: async () => {
    const uuid = await world.anActiveInstance(0);
    await world.act(uuid, 'softDelete');
    await world.until(uuid, 'soft-delete');
    const guestId = await guestWithRole(uuid, 'current');
    await world.test.database.transaction((tx) => setDesired(tx, guestId, { power: 'running' }, Date.now()));
    return { uuid, params: { guestId, before: 'stopped', partsBefore: NO_PARTS } };
  },
  done: (uuid) => world.until(uuid, 'active'),
  undone: (uuid) => world.until(uuid, 'soft-delete'),
});

const POWER_ACTIONS = [
  ['start', 'running', 'active'],
  ['stop', 'stopped', 'stopped'],
  ['reboot', 'running', 'active'],
  ['pause', 'paused', 'paused'],
  ['unpause', 'running', 'active'],
  ['suspend', 'suspended', 'suspended'],
  ['resume', 'running', 'active'],
] as const;
for (const [kind, power, vmState] of POWER_ACTIONS) {
  lawsOf({
    definition: operationOf(kind),
    begin: async () => {
      const uuid = await world.anActiveInstance(0);
      const guestId = await guestWithRole(uuid, 'current');
      await world.test.database.transaction((tx) => setDesired(tx, guestId, { power }, Date.now()));
      return { uuid, params: { guestId, before: 'running' } };
    },
    done: (uuid) => world.until(uuid, vmState),
    undone: async (uuid) => {
      await world.until(uuid, 'active');
      expect(await guestsOf(uuid)).toMatchObject([{ power: 'running' }]);
    },
  });
}

const toResize = async () => {
  const uuid = await world.anActiveInstance(0);
  const params: ResizeParams = {
    flavor,
    candidates: [world.host(1).id],
    sourceGuestId: await guestWithRole(uuid, 'current'),
    targetGuestId: randomUUID(),
    before: 'active',
    label: null,
  };
  return { uuid, params };
};

lawsOf({
  definition: resize,
  begin: toResize,
  done: async (uuid) => {
    expect(await world.until(uuid, 'resized')).toMatchObject({ host: 'host-2', flavor: { id: '2' } });
  },
  undone: async (uuid) => {
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1', flavor: { id: '1' } });
    await untilGuests(uuid, 1);
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', role: 'current' }]);
  },
});

const resized = async () => {
  const uuid = await world.anActiveInstance(0);
  await world.act(uuid, 'resize', { flavor, hostId: world.host(1).id });
  await world.until(uuid, 'resized');
  return uuid;
};

lawsOf({
  definition: confirmResize,
  begin: async () => {
    const uuid = await resized();
    return { uuid, params: { sourceGuestId: await guestWithRole(uuid, 'source') } };
  },
  done: async (uuid) => {
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2' });
    await untilGuests(uuid, 1);
  },
  undone: async (uuid) => {
    expect(await world.until(uuid, 'resized')).toMatchObject({ host: 'host-2' });
    await untilGuests(uuid, 2);
  },
});

lawsOf({
  definition: revertResize,
  begin: async () => {
    const uuid = await resized();
    const params = {
      sourceGuestId: await guestWithRole(uuid, 'source'),
      targetGuestId: await guestWithRole(uuid, 'current'),
    };
    return { uuid, params: { ...params, before: 'active' } };
  },
  done: async (uuid) => {
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1', flavor: { id: '1' } });
    await untilGuests(uuid, 1);
  },
  undone: async (uuid) => {
    expect(await world.until(uuid, 'error')).toMatchObject({ host: 'host-1', flavor: { id: '1' } });
    await untilGuests(uuid, 1);
  },
});

lawsOf({
  definition: evacuate,
  begin: async () => {
    const uuid = await world.anActiveInstance(0);
    const sourceGuestId = await guestWithRole(uuid, 'current');
    await world.test.database.transaction((tx) => setDesired(tx, sourceGuestId, { power: 'stopped' }, Date.now()));
    const params: EvacuateParams = {
      candidates: [world.host(1).id],
      sourceGuestId,
      sourcePower: 'running',
      targetGuestId: randomUUID(),
      power: 'running',
    };
    return { uuid, params };
  },
  done: async (uuid) => {
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2', powerState: 'running' });
    await untilGuests(uuid, 1);
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', settled: 1, role: 'current' }]);
  },
  undone: async (uuid) => {
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1' });
    await untilGuests(uuid, 1);
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', role: 'current' }]);
  },
});

lawsOf({
  definition: liveMigrate,
  begin: async () => {
    const uuid = await world.anActiveInstance(0);
    const params: LiveMigrateParams = {
      candidates: [world.host(1).id],
      sourceGuestId: await guestWithRole(uuid, 'current'),
      targetGuestId: randomUUID(),
      migrationId: randomUUID(),
      power: 'running',
      refusal: null,
    };
    return { uuid, params };
  },
  done: async (uuid) => {
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2', powerState: 'running' });
    await untilGuests(uuid, 1);
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', role: 'current' }]);
  },
  undone: async (uuid) => {
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1', powerState: 'running' });
    await untilGuests(uuid, 1);
    const [guest] = await guestsOf(uuid);
    expect(guest).toMatchObject({ power: 'running', settled: 1, role: 'current' });
    expect(guest?.parts ?? '').not.toContain('outgoing');
  },
});

/** The phase that the move requests next, by the phase that the operation has reached. */
const NEXT_PHASE = { begin: 'stop', stop: 'fence', fence: 'release' } as const;
const moveOf = async (uuid: string) => {
  const { read } = world.test.database;
  const row = await read
    .selectFrom('moves_out')
    .select('move_id')
    .where('instance_uuid', '=', uuid)
    .executeTakeFirstOrThrow();
  return findMoveOut(read, row.move_id);
};

lawsOf({
  definition: moveOut,
  begin: async () => {
    const uuid = await world.anActiveInstance(0);
    const params: MoveOutParams = {
      moveId: randomUUID(),
      guestId: await guestWithRole(uuid, 'current'),
      before: 'active',
    };
    const row = { moveId: params.moveId, instanceUuid: uuid, epoch: 1, operationId: null, token: 1, message: null };
    await world.test.database.transaction((tx) =>
      insertMoveOut(tx, { ...row, requested: 'begin', reached: 'begin' }, Date.now()),
    );
    return { uuid, params };
  },
  play: async (uuid) => {
    const move = await moveOf(uuid);
    const next = NEXT_PHASE[move?.reached as keyof typeof NEXT_PHASE];
    if (move === null || next === undefined || move.requested === next) return;
    await world.test.database.transaction((tx) =>
      requestPhase(tx, move.moveId, { requested: next, token: 1, keepQuarantined: false }, Date.now()),
    );
  },
  done: async (uuid) => {
    expect(await moveOf(uuid)).toMatchObject({ reached: 'release' });
    await expect(world.get(uuid)).rejects.toMatchObject({ kind: 'moved' });
    await untilGuests(uuid, 0);
  },
  undone: async (uuid) => {
    expect(await moveOf(uuid)).toMatchObject({ reached: 'undone' });
    await world.until(uuid, 'active');
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', settled: 1, role: 'current' }]);
  },
});

/** The same for a move into the cell. */
const NEXT_PHASE_IN = { prepare: 'copy', copy: 'arrive', arrive: 'start' } as const;
const movesIn = new Map<string, MoveIn>();
const moveInOf = (uuid: string): MoveIn => {
  const move = movesIn.get(uuid);
  if (move === undefined) throw new Error(`no move brings ${uuid}`);
  return move;
};

lawsOf({
  definition: moveIn,
  begin: async () => {
    world.agents.bindingFate = () => 'silence';
    const move = new MoveIn(world);
    movesIn.set(move.uuid, move);
    expect(await move.begin()).toMatchObject({ accepted: true });
    await world.test.database.write.deleteFrom('operations').where('subject', '=', move.uuid).execute();
    return { uuid: move.uuid, params: { moveId: move.moveId, label: 'migrate' } };
  },
  play: async (uuid) => {
    const move = moveInOf(uuid);
    const { reached } = await world.door.moveInStatus({ moveId: move.moveId });
    const next = NEXT_PHASE_IN[reached as keyof typeof NEXT_PHASE_IN];
    if (next !== undefined) await move.request(next, { waitMs: 0 });
  },
  done: async (uuid) => {
    expect(await moveInOf(uuid).request('start')).toMatchObject({ reached: 'start', message: null });
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-1', powerState: 'running' });
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', settled: 1, role: 'current' }]);
  },
  undone: async (uuid) => {
    expect(await moveInOf(uuid).request('abort')).toMatchObject({ reached: 'undone', message: 'a test lets it fail' });
    await expect(world.get(uuid)).rejects.toMatchObject({ kind: 'not-found' });
    await untilGuests(uuid, 0);
    const { read } = world.test.database;
    const claims = await read.selectFrom('claims').select('guest_id').where('instance_uuid', '=', uuid).execute();
    expect(claims).toEqual([]);
    const kinds = await read.selectFrom('operations').select('kind').where('subject', '=', uuid).execute();
    expect(kinds).toEqual([{ kind: 'moveIn' }]);
  },
});

const RESCUED: GuestParts = { ...NO_PARTS, boot: { from: 'rescue', rescueId: randomUUID(), image: aBuild().image } };
const BOOTS = [
  ['rescue', RESCUED, NO_PARTS, 'rescued'],
  ['unrescue', NO_PARTS, RESCUED, 'active'],
] as const;
for (const [kind, parts, partsBefore, vmState] of BOOTS) {
  lawsOf({
    definition: operationOf(kind),
    begin: async () => {
      const uuid = await world.anActiveInstance(0);
      const guestId = await guestWithRole(uuid, 'current');
      await world.test.database.transaction((tx) => setDesired(tx, guestId, { power: 'running', parts }, Date.now()));
      return { uuid, params: { guestId, before: 'running', partsBefore } };
    },
    done: (uuid) => world.until(uuid, vmState),
    undone: async (uuid) => {
      await world.until(uuid, 'active');
      const [guest] = await guestsOf(uuid);
      expect(JSON.parse(guest?.parts ?? 'null')).toEqual(partsBefore);
    },
  });
}

lawsOf({
  definition: operationOf('rebuild'),
  begin: async () => {
    const uuid = await world.anActiveInstance(0);
    const guestId = await guestWithRole(uuid, 'current');
    const parts = { ...NO_PARTS, rebuild: { count: 1, preserveEphemeral: false } };
    await world.test.database.transaction((tx) => setDesired(tx, guestId, { power: 'running', parts }, Date.now()));
    const [row] = await guestsOf(uuid);
    const { build } = await world.test.database.read
      .selectFrom('instances')
      .select('build')
      .where('uuid', '=', uuid)
      .executeTakeFirstOrThrow();
    const params: RebuildParams = {
      ...{ guestId, count: 1, vmState: 'active', before: { vmState: 'active', power: 'running', parts: NO_PARTS } },
      ...{ specBefore: JSON.parse(row?.spec ?? ''), buildBefore: JSON.parse(build) },
    };
    return { uuid, params };
  },
  done: (uuid) => world.until(uuid, 'active'),
  // The failure comes after the host has discarded the old disk.
  undone: (uuid) => world.until(uuid, 'error'),
});

for (const kind of ['createImage', 'createBackup'] as const) {
  lawsOf({
    definition: operationOf(kind),
    begin: async () => {
      const uuid = await world.anActiveInstance(0);
      const guestId = await guestWithRole(uuid, 'current');
      const imageId = randomUUID();
      const save = { saveId: imageId, upload: { url: 'http://127.0.0.1:1/', ticket: '' }, quiesce: 'never' as const };
      const parts = { ...NO_PARTS, saves: [save] };
      await world.test.database.transaction((tx) => setDesired(tx, guestId, { power: 'running', parts }, Date.now()));
      return { uuid, params: { guestId, imageId } };
    },
    done: async (uuid) => {
      await world.until(uuid, 'active');
      await expectNoSaves(uuid);
      expect(await imageNoticesOf(uuid)).toEqual(kind === 'createBackup' ? ['image-saved'] : []);
    },
    undone: async (uuid) => {
      await world.until(uuid, 'active');
      await expectNoSaves(uuid);
      expect(await imageNoticesOf(uuid)).toContain('image-unneeded');
    },
  });
}

const expectNoSaves = async (uuid: string) => {
  const [guest] = await guestsOf(uuid);
  expect(JSON.parse(guest?.parts ?? 'null')).toMatchObject({ saves: [] });
};
const imageNoticesOf = async (uuid: string): Promise<readonly string[]> => {
  const { read } = world.test.database;
  const rows = await read.selectFrom('notices').select('kind').where('instance_uuid', '=', uuid).execute();
  return rows.map(({ kind }) => kind);
};

lawsOf({
  definition: operationOf('shelve'),
  begin: async () => {
    const uuid = await world.anActiveInstance(0);
    const guestId = await guestWithRole(uuid, 'current');
    const imageId = randomUUID();
    const save = { saveId: imageId, upload: { url: 'http://127.0.0.1:1/', ticket: '' }, quiesce: 'never' as const };
    const parts = { ...NO_PARTS, saves: [save] };
    await world.test.database.transaction((tx) => setDesired(tx, guestId, { power: 'stopped', parts }, Date.now()));
    return { uuid, params: { guestId, imageId, before: 'running' } };
  },
  done: async (uuid) => {
    expect(await world.until(uuid, 'shelved_offloaded')).toMatchObject({ host: null });
    await untilGuests(uuid, 0);
    expect(await imageNoticesOf(uuid)).toEqual([]);
  },
  undone: async (uuid) => {
    await world.until(uuid, 'active');
    await expectNoSaves(uuid);
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', role: 'current' }]);
    expect(await imageNoticesOf(uuid)).toContain('image-unneeded');
  },
});

lawsOf({
  definition: operationOf('unshelve'),
  begin: async () => {
    const uuid = await world.anActiveInstance(0);
    await world.act(uuid, 'shelve', { imageId: randomUUID(), upload: { url: 'http://127.0.0.1:1/', ticket: '' } });
    await world.until(uuid, 'shelved_offloaded');
    await untilGuests(uuid, 0);
    const candidates = [world.host(1).id, world.host(0).id];
    const params: UnshelveParams = {
      ...{ targetGuestId: randomUUID(), candidates, image: aBuild().image, imageId: randomUUID(), zone: null },
    };
    return { uuid, params };
  },
  done: async (uuid) => {
    expect(await world.until(uuid, 'active')).toMatchObject({ host: 'host-2', powerState: 'running' });
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', settled: 1, role: 'current' }]);
    expect(await imageNoticesOf(uuid)).toEqual(['image-unneeded']);
  },
  undone: async (uuid) => {
    expect(await world.until(uuid, 'shelved_offloaded')).toMatchObject({ host: null });
    await untilGuests(uuid, 0);
    const { read } = world.test.database;
    const claims = await read.selectFrom('claims').select('guest_id').where('instance_uuid', '=', uuid).execute();
    expect(claims).toEqual([]);
    expect(await imageNoticesOf(uuid)).toEqual([]);
  },
});

const NEW_NETWORK = aNetwork({ id: randomUUID(), name: 'second' });
const withNics = async (uuid: string, change: (nics: readonly GuestNic[]) => GuestNic[]): Promise<StoredSpec> => {
  const guestId = await guestWithRole(uuid, 'current');
  const spec = await specOf(world.test.database.read, guestId);
  const nics = change(spec.nics);
  await world.test.database.transaction((tx) =>
    setDesired(tx, guestId, { power: 'running', spec: { ...spec, nics } }, Date.now()),
  );
  return spec;
};
const portsOf = async (uuid: string) => (await world.get(uuid)).ports.map(({ id }) => id);
const nicsOf = async (uuid: string): Promise<string[]> =>
  (await specOf(world.test.database.read, await guestWithRole(uuid, 'current'))).nics.map(({ portId }) => portId);

lawsOf({
  definition: operationOf('attachInterface'),
  begin: async () => {
    const uuid = await world.anActiveInstance(0);
    const guestId = await guestWithRole(uuid, 'current');
    const port = aPort({ networkId: NEW_NETWORK.id });
    const instance = await world.get(uuid);
    const build = { ...instance, ports: [...instance.ports, port], networks: [...instance.networks, NEW_NETWORK] };
    await withNics(uuid, (nics) => [...nics, nicOf({ port, network: NEW_NETWORK })]);
    const at = { guestId, hostId: world.host(0).id, epoch: instance.epoch };
    await world.test.database.transaction(async (tx) => {
      await insertBindings(tx, [bindingFor(build, { port, network: NEW_NETWORK }, at)], Date.now());
      await tx
        .updateTable('instances')
        .set({ build: JSON.stringify(build) })
        .where('uuid', '=', uuid)
        .execute();
    });
    return { uuid, params: { guestId, portId: port.id } };
  },
  done: async (uuid) => {
    await world.until(uuid, 'active');
    expect(await nicsOf(uuid)).toEqual(await portsOf(uuid));
  },
  undone: async (uuid) => {
    await world.until(uuid, 'active');
    await waitUntil('the port to go', async () => (await bindingsOf(world.test.database.read, uuid)).length === 1);
    expect(await nicsOf(uuid)).toEqual(await portsOf(uuid));
    expect(await portsOf(uuid)).toHaveLength(1);
  },
});

lawsOf({
  definition: operationOf('detachInterface'),
  begin: async () => {
    const uuid = await world.anActiveInstance(0);
    const { nics } = await withNics(uuid, () => []);
    const [nic] = nics;
    return { uuid, params: { guestId: await guestWithRole(uuid, 'current'), portId: nic?.portId, nic, at: 0 } };
  },
  done: async (uuid) => {
    await world.until(uuid, 'active');
    expect([await nicsOf(uuid), await portsOf(uuid)]).toEqual([[], []]);
    await waitUntil('the port to go', async () => (await bindingsOf(world.test.database.read, uuid)).length === 0);
  },
  undone: async (uuid) => {
    await world.until(uuid, 'active');
    expect(await nicsOf(uuid)).toEqual(await portsOf(uuid));
    expect(await portsOf(uuid)).toHaveLength(1);
  },
});

const A_DISK = { ...aServiceDisk(), unit: 0 };
const disksOf = async (uuid: string) => {
  const { read } = world.test.database;
  const row = await read
    .selectFrom('guests')
    .select('parts')
    .where('id', '=', await guestWithRole(uuid, 'current'))
    .executeTakeFirstOrThrow();
  const { disks = [] } = JSON.parse(row.parts ?? '{}') as Partial<GuestParts>;
  return { guest: disks.map(({ id }) => id), build: ((await world.get(uuid)).attachedDisks ?? []).map(({ id }) => id) };
};
/** An instance whose build has the disk, and whose guest is to have these. */
async function withDisks(disks: GuestParts['disks']) {
  const uuid = await world.anActiveInstance(0);
  const guestId = await guestWithRole(uuid, 'current');
  const build = { ...(await world.get(uuid)), attachedDisks: [A_DISK] };
  await world.test.database.transaction(async (tx) => {
    await tx
      .updateTable('instances')
      .set({ build: JSON.stringify(build) })
      .where('uuid', '=', uuid)
      .execute();
    await setDesired(tx, guestId, { power: 'running', parts: { ...NO_PARTS, disks } }, Date.now());
  });
  return { uuid, guestId };
}
const HAS_DISK = { guest: [A_DISK.id], build: [A_DISK.id] };
const HAS_NONE = { guest: [], build: [] };
const expectDisks = (expected: typeof HAS_DISK | typeof HAS_NONE) => async (uuid: string) => {
  await world.until(uuid, 'active');
  expect(await disksOf(uuid)).toEqual(expected);
};

lawsOf({
  definition: operationOf('attachDisk'),
  begin: async () => {
    const { uuid, guestId } = await withDisks([A_DISK]);
    return { uuid, params: { guestId, diskId: A_DISK.id } };
  },
  done: expectDisks(HAS_DISK),
  undone: expectDisks(HAS_NONE),
});

lawsOf({
  definition: operationOf('detachDisk'),
  begin: async () => {
    const { uuid, guestId } = await withDisks([]);
    return { uuid, params: { guestId, disk: A_DISK } };
  },
  done: expectDisks(HAS_NONE),
  undone: expectDisks(HAS_DISK),
});
