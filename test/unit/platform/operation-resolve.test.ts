import { describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { type Deadline, defineOperation, done, type Step, wait } from '#platform/operations/definition.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { resolveOperation } from '#platform/operations/resolve.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import { viewOperation } from '#platform/operations/view.ts';
import { MemoryOperationStore, type NoTx } from '../../support/memory-operation-store.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { beginOperation, endOf, noParams } from './operation-fixtures.ts';

type TheStep = Step<object, World, NoTx>;

/** What the steps of these tests look at, and what they did. */
interface World {
  answered: boolean;
  failing: boolean;
  readonly log: string[];
}

const quick = (name: string, rest: Partial<TheStep> = {}): TheStep => ({
  name,
  do: async (_context, world) => {
    world.log.push(`do ${name}`);
    return done();
  },
  undo: async (_context, world) => {
    world.log.push(`undo ${name}`);
    return done();
  },
  ...rest,
});
const waiting = quick('ask', {
  do: async (_context, world) => (world.answered ? done() : wait(3_600_000, 'the other side')),
});

function aWorld(steps: readonly TheStep[], deadline: Deadline = { ms: 60_000, policy: 'back' }) {
  const store = new MemoryOperationStore();
  const world: World = { answered: false, failing: false, log: [] };
  const definition = defineOperation({ kind: 'k', params: noParams, deadline, steps });
  const engine = new OperationEngine<World, NoTx>({
    store,
    deps: world,
    definitions: [definition],
    log: silentLogger,
    workerId: 'w',
    reapEveryMs: 10,
  });
  const row = (id: string): OperationRow => {
    const found = store.rows.get(id);
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  };
  const parked = async (what: (row: OperationRow) => boolean = () => true): Promise<string> => {
    const id = await beginOperation(store, engine, 'k');
    engine.wake(id);
    await waitUntil('it to be parked', () => engine.active === 0 && what(row(id)));
    return id;
  };
  const tried = (id: string) =>
    row(id).history.map((entry) => `${entry.direction} ${entry.name} ${entry.outcome} ${entry.message}`);
  return { store, engine, world, row, parked, tried };
}

describe('resolving an operation', () => {
  it('back turns one that waits round, now, and the history says who said so', async () => {
    const { engine, store, world, row, parked, tried } = aWorld([quick('make'), waiting]);
    const id = await parked();
    const token = row(id).leaseToken;
    await engine.resolve({ id, direction: 'back', by: 'ann' });
    expect((await endOf(store, id)).state).toBe('undone');
    expect(row(id).message).toBe('An operator turned it back.');
    expect(row(id).leaseToken).toBeGreaterThan(token + 1);
    expect(world.log).toEqual(['do make', 'undo ask', 'undo make']);
    expect(tried(id)).toEqual([
      'do make done null',
      'do ask resolved resolved back by ann',
      'undo ask done null',
      'undo make done null',
    ]);
  });

  it('back takes one from the worker that is in the middle of a step, which then can write nothing', async () => {
    const goOn = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown>();
    const slow = quick('slow', {
      do: async (context) => {
        begun.resolve();
        await goOn.promise;
        return context
          .inTransaction(async () => null)
          .catch((error: unknown) => {
            late.resolve(error);
            throw error;
          });
      },
    });
    const { engine, store } = aWorld([slow]);
    const id = await beginOperation(store, engine, 'k');
    engine.wake(id);
    await begun.promise;
    await engine.resolve({ id, direction: 'back', by: 'ann' });
    const end = await endOf(store, id);
    goOn.resolve();
    expect(await late.promise).toMatchObject({ name: 'LeaseLost' });
    expect(store.rows.get(id)).toEqual(end);
    expect(end.state).toBe('undone');
  });

  it('forward tries a stranded one again at once, with its whole time once more', async () => {
    const failing = quick('last', {
      do: async (_context, world) => {
        if (world.failing) throw new Error('not today');
        return done();
      },
    });
    const { engine, store, world, row, parked, tried } = aWorld([failing], { ms: 60_000, policy: 'forward' });
    world.failing = true;
    const id = await parked((now) => now.attempt > 1);
    const long = { createdAt: row(id).createdAt - 100_000, deadlineAt: row(id).deadlineAt - 100_000 };
    store.rows.set(id, { ...row(id), ...long });
    engine.wake(id);
    await waitUntil('it to be stranded', () => engine.active === 0 && row(id).state === 'stranded');
    expect(viewOperation(row(id), undefined, Date.now())).toMatchObject({ overdue: true, step: 'last' });
    world.failing = false;
    const before = Date.now();
    const told = await engine.resolve({ id, direction: 'forward', by: 'bob' });
    expect(told).toMatchObject({ state: 'running', attempt: 1 });
    expect(told.deadlineAt - before).toBeGreaterThanOrEqual(60_000);
    expect(told.deadlineAt - before).toBeLessThan(65_000);
    expect((await endOf(store, id)).state).toBe('done');
    expect(tried(id)).toContain('do last resolved resolved forward by bob');

    const again = await parked().catch(() => '');
    await expect(engine.resolve({ id: again, direction: 'forward', by: 'bob' })).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('has ended: it is done'),
    });
  });

  it('refuses the way back past the point of no return, and says which step that was', async () => {
    const { engine, world, store, parked } = aWorld([quick('hand-over', { pointOfNoReturn: true }), waiting]);
    const id = await parked();
    for (const stepName of [undefined, () => 'ask'])
      await expect(
        resolveOperation(store, { id, direction: 'back', by: 'ann' }, Date.now(), stepName),
      ).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('the step hand-over') });
    await engine.resolve({ id, direction: 'forward', by: 'ann' });
    world.answered = true;
    engine.wake(id);
    expect((await endOf(store, id)).state).toBe('done');
  });

  it('back tries one that is being undone again now; forward is refused', async () => {
    const stuck = quick('stuck', {
      undo: async (_context, world) => (world.answered ? done() : wait(3_600_000)),
    });
    const { engine, store, world, row, parked } = aWorld([stuck, waiting]);
    const id = await parked();
    await engine.resolve({ id, direction: 'back', by: 'ann' });
    await waitUntil('the way back to wait', () => engine.active === 0 && row(id).stepIndex === 0);
    await expect(engine.resolve({ id, direction: 'forward', by: 'bob' })).rejects.toMatchObject({
      message: expect.stringContaining('is being undone (An operator turned it back.)'),
    });
    world.answered = true;
    await engine.resolve({ id, direction: 'back', by: 'bob' });
    expect((await endOf(store, id)).state).toBe('undone');
  });

  it('looks anew when a worker was quicker, and knows what is not there', async () => {
    const { store, engine, row, parked } = aWorld([waiting]);
    const id = await parked();
    const steal = (async (expected) => {
      const found = row(expected);
      if (found.attempt < 3) store.rows.set(expected, { ...found, attempt: found.attempt + 1 });
      return found;
    }) satisfies MemoryOperationStore['get'];
    const resolve = store.resolve.bind(store);
    const told = await resolveOperation({ get: steal, resolve }, { id, direction: 'back', by: 'ann' }, Date.now());
    expect(told.state).toBe('undoing');
    await expect(engine.resolve({ id: 'nothing', direction: 'back', by: 'ann' })).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  it('refuses one that follows the orders of another, and names that one', async () => {
    const store = new MemoryOperationStore();
    const world: World = { answered: false, failing: false, log: [] };
    const leader = '0a000000-0000-4000-8000-000000000001';
    const follower = defineOperation({
      ...{ kind: 'k', params: noParams, deadline: { ms: 60_000, policy: 'forward' as const }, steps: [waiting] },
      follows: () => leader,
    });
    const parts = { store, deps: world, definitions: [follower], log: silentLogger, workerId: 'w' };
    const engine = new OperationEngine<World, NoTx>(parts);
    const id = await beginOperation(store, engine, 'k');
    for (const direction of ['forward', 'back'] as const) {
      await expect(engine.resolve({ id, direction, by: 'ann' })).rejects.toMatchObject({
        kind: 'conflict',
        message: `Operation ${id} (k) follows ${leader}: resolve that one.`,
      });
    }
    expect(store.rows.get(id)).toMatchObject({ state: 'running', leaseToken: 0, history: [] });
  });
});
