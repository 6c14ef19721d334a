import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { moveIn } from '../../../../../cell/conductor/operations/move-in.ts';
import { type MoveOutParams, moveOut } from '../../../../../cell/conductor/operations/move-out.ts';
import { findMoveOut, insertMoveOut, requestPhase } from '../../../../../cell/database/stores/moves-out.ts';
import { MoveIn } from '../support/a-move-in.ts';
import { useLawWorld } from '../support/law-world.ts';

const { world, lawsOf, guestsOf, untilGuests, guestWithRole } = useLawWorld();

/** The phase that the move requests next, by the phase that the operation has reached. */
const NEXT_PHASE = { begin: 'stop', stop: 'fence', fence: 'release' } as const;
const moveOf = async (uuid: string) => {
  const { read } = world().test.database;
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
    const uuid = await world().anActiveInstance(0);
    const params: MoveOutParams = {
      moveId: randomUUID(),
      guestId: await guestWithRole(uuid, 'current'),
      before: 'active',
    };
    const row = { moveId: params.moveId, instanceUuid: uuid, epoch: 1, operationId: null, token: 1, message: null };
    await world().test.database.transaction((tx) =>
      insertMoveOut(tx, { ...row, requested: 'begin', reached: 'begin' }, Date.now()),
    );
    return { uuid, params };
  },
  play: async (uuid) => {
    const move = await moveOf(uuid);
    const next = NEXT_PHASE[move?.reached as keyof typeof NEXT_PHASE];
    if (move === null || next === undefined || move.requested === next) return;
    await world().test.database.transaction((tx) =>
      requestPhase(tx, move.moveId, { requested: next, token: 1, keepQuarantined: false }, Date.now()),
    );
  },
  done: async (uuid) => {
    expect(await moveOf(uuid)).toMatchObject({ reached: 'release' });
    await expect(world().get(uuid)).rejects.toMatchObject({ kind: 'moved' });
    await untilGuests(uuid, 0);
  },
  undone: async (uuid) => {
    expect(await moveOf(uuid)).toMatchObject({ reached: 'undone' });
    await world().until(uuid, 'active');
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
    world().agents.bindingFate = () => 'silence';
    const move = new MoveIn(world());
    movesIn.set(move.uuid, move);
    expect(await move.begin()).toMatchObject({ accepted: true });
    await world().test.database.write.deleteFrom('operations').where('subject', '=', move.uuid).execute();
    return { uuid: move.uuid, params: { moveId: move.moveId, label: 'migrate' } };
  },
  play: async (uuid) => {
    const move = moveInOf(uuid);
    const { reached } = await world().door.moveInStatus({ moveId: move.moveId });
    const next = NEXT_PHASE_IN[reached as keyof typeof NEXT_PHASE_IN];
    if (next !== undefined) await move.request(next, { waitMs: 0 });
  },
  done: async (uuid) => {
    expect(await moveInOf(uuid).request('start')).toMatchObject({ reached: 'start', message: null });
    expect(await world().until(uuid, 'active')).toMatchObject({ host: 'host-1', powerState: 'running' });
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', settled: 1, role: 'current' }]);
  },
  undone: async (uuid) => {
    expect(await moveInOf(uuid).request('abort')).toMatchObject({ reached: 'undone', message: 'a test lets it fail' });
    await expect(world().get(uuid)).rejects.toMatchObject({ kind: 'not-found' });
    await untilGuests(uuid, 0);
    const { read } = world().test.database;
    const claims = await read.selectFrom('claims').select('guest_id').where('instance_uuid', '=', uuid).execute();
    expect(claims).toEqual([]);
    const kinds = await read.selectFrom('operations').select('kind').where('subject', '=', uuid).execute();
    expect(kinds).toEqual([{ kind: 'moveIn' }]);
  },
});
