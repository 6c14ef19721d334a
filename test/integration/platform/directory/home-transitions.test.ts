import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { endHome, requestDelete } from '#platform/directory/stores/homes/deleting.ts';
import { lockHome } from '#platform/directory/stores/homes/get-homes.ts';
import { type HomeState, homeStateFrom } from '#platform/directory/stores/homes/home-state.ts';
import { acceptMove, closeMove, handOverHome, reserveTarget } from '#platform/directory/stores/homes/moving.ts';
import {
  beginPlacing,
  giveUpHome,
  recordDecision,
  recordHome,
  reopenHome,
} from '#platform/directory/stores/homes/placing.ts';
import { transition } from '#platform/directory/stores/homes/transition.ts';
import {
  HOME_TRANSITIONS,
  type HomeTransition,
  type TransitionName,
} from '#platform/directory/stores/homes/transitions.ts';
import { takeQuota } from '#platform/directory/stores/quotas.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const LATER = NOW + 60_000;
const HERE = randomUUID();
const THERE = randomUUID();
const MOVE = randomUUID();
const STATES = ['accepted', 'placed', 'buried', 'deleted'] as const;
const FAULT = { code: 500, message: 'No valid host was found.', details: null, createdAt: '2026-05-01T12:00:00Z' };
const WHO = { requestId: 'req-1', userId: null, projectId: null };

const DECIDED = {
  ...{
    decidedAt: '2026-05-01T12:01:00.000Z',
    chosen: null,
    hostsConsidered: 3,
    hostsPassed: 0,
    byFilter: [],
    byCell: [],
  },
  ...{ refusals: [], nearest: [], refusedByCells: [], silentCells: [] },
};

type Values = Parameters<typeof setHome>[2];

/** The row in a state, as it is when no transition has begun from there. */
const IN_STATE: Readonly<Record<HomeState, Values>> = {
  accepted: { state: 'accepted', cell_id: null, epoch: 2 },
  placed: { state: 'placed', cell_id: HERE, epoch: 2 },
  buried: { state: 'buried', cell_id: null, epoch: 2, fault: JSON.stringify(FAULT) },
  deleted: { state: 'deleted', cell_id: HERE, epoch: 2, deleted_at: '2026-05-01 12:00:00.000' },
};

interface Run {
  /** The columns of the row before, apart from its state. */
  readonly given?: Values;
  run(tx: DirectoryTx, uuid: string): Promise<unknown>;
}

/** The store's function for every transition, called with what would be right in its from-states. */
const RUNS: Readonly<Record<TransitionName, Run>> = {
  place: { run: (tx, uuid) => beginPlacing(tx, { uuid, epoch: 2 }, THERE, LATER, null) },
  record: {
    given: { placing_cell_id: HERE },
    run: (tx, uuid) => recordHome(tx, uuid, { cellId: THERE, epoch: 2 }, LATER),
  },
  bury: {
    given: { placing_cell_id: HERE },
    run: (tx, uuid) => giveUpHome(tx, uuid, { fault: FAULT, decision: null }, null, LATER),
  },
  reopen: { run: (tx, uuid) => reopenHome(tx, uuid, { cellId: HERE, epoch: 2 }, LATER) },
  requestDelete: {
    given: { placing_cell_id: HERE },
    // In a state from which it may end at once, `requestDelete` ends it: that is another transition.
    run: async (tx, uuid) => {
      if ((await lockHome(tx, uuid))?.state !== 'buried') await requestDelete(tx, uuid, LATER);
    },
  },
  end: {
    run: async (tx, uuid) => {
      const home = await lockHome(tx, uuid);
      if (home !== null) await endHome(tx, home, LATER);
    },
  },
  decide: { run: (tx, uuid) => recordDecision(tx, uuid, DECIDED, LATER) },
  beginMove: {
    run: (tx, uuid) =>
      acceptMove(tx, { uuid, fromCellId: HERE, toCellId: THERE, host: null, decision: DECIDED, ...WHO }, LATER),
  },
  reserveTarget: {
    given: { moving_operation_id: MOVE },
    run: (tx, uuid) => reserveTarget({ read: tx, write: tx }, uuid, MOVE, THERE, LATER),
  },
  handOver: {
    given: { moving_operation_id: MOVE, moving_cell_id: THERE, moving_epoch: 3, epoch_top: 3 },
    run: (tx, uuid) => handOverHome(tx, uuid, { operationId: MOVE, cellId: HERE, epoch: 2 }, LATER),
  },
  endMove: {
    given: { moving_operation_id: MOVE, moving_cell_id: THERE, moving_epoch: 3 },
    run: (tx, uuid) => closeMove(tx, uuid, MOVE, LATER),
  },
};

const NAMES = Object.keys(HOME_TRANSITIONS) as TransitionName[];
const rule = (name: TransitionName): HomeTransition => HOME_TRANSITIONS[name];

describe('the transitions of a home', () => {
  const db = useTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);

  const row = (uuid: string) =>
    db.database.read.selectFrom('instance_homes').selectAll().where('uuid', '=', uuid).executeTakeFirstOrThrow();

  const given = async (state: HomeState, values: Values = {}) => {
    const build = aBuild({ projectId: randomUUID() });
    await db.database.transaction(async (tx) => {
      await takeQuota(tx, build.projectId, { instances: 1, cores: 2, ram: 512 });
      await acceptBuilds(tx, [build], NOW);
      await setHome(tx, build.uuid, { ...IN_STATE[state], ...values }, NOW);
    });
    return build.uuid;
  };

  /** The columns that running it changes from this state; a refusal by a known error changes none. */
  const changes = async (name: TransitionName, state: HomeState) => {
    const uuid = await given(state, RUNS[name].given);
    const before = await row(uuid);
    await db.database
      .transaction((tx) => RUNS[name].run(tx, uuid))
      .catch((error: unknown) => {
        if (!isVolvoxError(error, 'conflict') && !isVolvoxError(error, 'not-found')) throw error;
      });
    const after = await row(uuid);
    const columns = (Object.keys(after) as (keyof typeof after)[]).filter(
      (column) => String(after[column]) !== String(before[column]),
    );
    return { before, after, columns };
  };

  describe.each(NAMES)('%s', (name) => {
    it.each(rule(name).from)('from %s leads where the table says, and sets what it says', async (state) => {
      const { before, after, columns } = await changes(name, state);
      expect(homeStateFrom(after.state)).toBe(rule(name).to ?? state);
      const may = new Set<string>(['state', 'updated_at', ...rule(name).sets]);
      expect(columns.filter((column) => !may.has(column))).toEqual([]);
      expect(columns).toContain('updated_at');
      expect(columns.some((column) => rule(name).sets.some((set) => set === column))).toBe(true);
      expect(after.epoch).toBeGreaterThanOrEqual(before.epoch);
      // A deleted one keeps the cell that it was in last, if any.
      if (after.state !== 'deleted') expect(after.cell_id !== null).toBe(homeStateFrom(after.state) === 'placed');
    });
  });

  const elsewhere = (name: TransitionName) => STATES.filter((state) => !rule(name).from.includes(state));
  describe.each(NAMES.filter((name) => elsewhere(name).length > 0))('%s in any other state', (name) => {
    it.each(elsewhere(name))('(%s) writes nothing', async (state) => {
      expect((await changes(name, state)).columns).toEqual([]);
    });

    it.each(elsewhere(name))('(%s) fails when a caller insists', async (state) => {
      const uuid = await given(state);
      const insisting = db.database.transaction((tx) => transition(tx, name, uuid, {} as never, LATER));
      await expect(insisting).rejects.toMatchObject({ kind: 'internal' });
    });
  });

  it('lead to every state, and from deleted to no other', () => {
    expect(new Set(NAMES.flatMap((name) => rule(name).to ?? []))).toEqual(new Set(STATES));
    const fromDeleted = NAMES.filter((name) => rule(name).from.includes('deleted'));
    expect(fromDeleted.map((name) => rule(name).to)).toEqual(fromDeleted.map(() => null));
  });
});
