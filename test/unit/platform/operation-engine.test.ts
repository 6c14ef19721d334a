import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { defineOperation, done, StepRefused, wait } from '#platform/operations/definition.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { LeaseLost } from '#platform/operations/lease.ts';
import type { Clock } from '#platform/time/clock.ts';
import { MemoryOperationStore, type NoTx } from '../../support/memory-operation-store.ts';
import { itKeepsTheOperationLaws } from '../../support/operation-laws.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** A small world: two things are made, and a third is asked for and answered from outside. */
interface Shop {
  readonly made: Set<string>;
  answered: boolean;
  failing: string | null;
  readonly log: string[];
}

const make = (name: string) => ({
  name,
  do: async (
    context: { inTransaction(work: (tx: NoTx) => Promise<unknown>): Promise<{ outcome: 'committed' }> },
    shop: Shop,
  ) => {
    shop.log.push(`do ${name}`);
    if (shop.failing === name) throw new StepRefused(`no ${name}`);
    shop.made.add(name);
    return context.inTransaction(async () => name);
  },
  undo: async (_context: unknown, shop: Shop) => {
    shop.log.push(`undo ${name}`);
    shop.made.delete(name);
    return done();
  },
});

const order = defineOperation<ReturnType<typeof Type.Object>, Shop, NoTx>({
  kind: 'order',
  params: Type.Object({}),
  deadline: { ms: 60_000, policy: 'back' },
  steps: [
    make('cup'),
    make('saucer'),
    {
      name: 'tea',
      do: async (_context, shop) => (shop.answered ? done('hot') : wait(10_000)),
      undo: { reason: 'tea cannot be unmade' },
    },
  ],
});

const aShop = (): Shop => ({ made: new Set(), answered: false, failing: null, log: [] });

function anEngine(
  store: MemoryOperationStore,
  shop: Shop,
  options: { leaseMs?: number; reapEveryMs?: number; clock?: Clock } = {},
) {
  return new OperationEngine<Shop, NoTx>({
    store,
    deps: shop,
    definitions: [order],
    log: silentLogger,
    workerId: randomUUID(),
    reapEveryMs: 10,
    ...options,
  });
}

const begin = async (store: MemoryOperationStore, engine: OperationEngine<Shop, NoTx>): Promise<string> => {
  const id = randomUUID();
  const operation = { id, kind: 'order', subject: 's', params: {}, requestId: 'req-1', userId: null, projectId: null };
  await store.transaction((tx) => engine.begin(tx, operation));
  return id;
};

/** An order whose tea is not there yet: it waits, and no worker has it. */
async function parked() {
  const store = new MemoryOperationStore();
  const shop = aShop();
  const engine = anEngine(store, shop);
  const id = await begin(store, engine);
  engine.wake(id);
  await waitUntil('parked', () => engine.active === 0 && store.rows.get(id)?.stepIndex === 2);
  return { store, shop, engine, id };
}

const ended = (store: MemoryOperationStore, id: string) =>
  waitUntil('the end', () => {
    const row = store.rows.get(id);
    return row?.finishedAt == null ? null : row;
  });

itKeepsTheOperationLaws(order, async () => {
  const shop = aShop();
  return {
    store: new MemoryOperationStore(),
    deps: shop,
    params: {},
    subject: 's',
    play: async () => {
      shop.answered = true;
    },
    expectDone: async () => expect([...shop.made]).toEqual(['cup', 'saucer']),
    expectUndone: async () => expect([...shop.made]).toEqual([]),
  };
});

describe('operation engine', () => {
  it('parks an operation that waits and goes on when it is woken', async () => {
    const { store, shop, engine, id } = await parked();
    expect(store.rows.get(id)?.leaseExpiresAt).toBe(0);
    shop.answered = true;
    engine.wake(id);
    const row = await ended(store, id);
    expect(row.state).toBe('done');
    expect(row.outputs).toEqual({ cup: 'cup', saucer: 'saucer', tea: 'hot' });
    expect(row.history.map((step) => `${step.direction} ${step.name} ${step.outcome}`)).toEqual([
      'do cup done',
      'do saucer done',
      'do tea done',
    ]);
  });

  it('does not lose a wake-up that comes while the step looks', async () => {
    const store = new MemoryOperationStore();
    const shop = aShop();
    const engine = anEngine(store, shop);
    const id = await begin(store, engine);
    const other = anEngine(store, shop);
    Object.defineProperty(shop, 'answered', {
      configurable: true,
      // The answer arrives, at another worker, just after this one has looked.
      get: () => {
        Object.defineProperty(shop, 'answered', { value: true });
        other.wake(id);
        return false;
      },
    });
    engine.wake(id);
    expect((await ended(store, id)).state).toBe('done');
  });

  it('is resumed by another worker when its own dies between any two writes', async () => {
    for (const place of ['before', 'after'] as const) {
      for (let crashAt = 1; crashAt <= 3; crashAt++) {
        const store = new MemoryOperationStore();
        const shop = { ...aShop(), answered: true };
        const first = anEngine(store, shop, { leaseMs: 30 });
        const id = await begin(store, first);
        let writes = 0;
        store.crash = (where) => {
          if (where !== place) return;
          writes += 1;
          if (writes >= crashAt) throw new Error('the worker died');
        };
        first.wake(id);
        await waitUntil('its death', () => writes >= crashAt);
        await first.drain();
        await waitUntil('its end', () => first.active === 0);
        store.crash = () => undefined;
        const second = anEngine(store, shop);
        await second.start();
        const row = await ended(store, id);
        expect([place, crashAt, row.state]).toEqual([place, crashAt, 'done']);
        expect([...shop.made]).toEqual(['cup', 'saucer']);
        await second.stop();
      }
    }
  });

  it('lets a worker that lost its lease write nothing more', async () => {
    const store = new MemoryOperationStore();
    const shop = { ...aShop(), answered: true };
    const slow = anEngine(store, shop);
    const id = await begin(store, slow);
    const leased = await store.claim(id, 'slow', Date.now(), 0);
    await store.claim(id, 'quick', Date.now(), 10_000);
    if (leased === null) throw new Error('not claimed');
    expect(await store.save(leased, { ...leased, state: 'done', stepIndex: 3, finishedAt: 1 })).toBe(false);
  });

  it('lets a step that took too long, and was given up, commit nothing', async () => {
    const store = new MemoryOperationStore();
    const shop = aShop();
    const goOn = Promise.withResolvers<void>();
    const refused = Promise.withResolvers<unknown>();
    const slow: typeof order = {
      ...order,
      steps: [
        {
          name: 'cup',
          attempts: 1,
          timeoutMs: 20,
          do: async (context) => {
            await goOn.promise;
            return context
              .inTransaction(async () => 'late')
              .catch((error: unknown) => {
                refused.resolve(error);
                throw error;
              });
          },
          undo: async () => done(),
        },
      ],
    };
    const engine = new OperationEngine<Shop, NoTx>({
      store,
      deps: shop,
      definitions: [slow],
      log: silentLogger,
      workerId: 'slow',
    });
    const id = await begin(store, engine);
    engine.wake(id);
    expect((await ended(store, id)).state).toBe('undone');
    goOn.resolve();
    expect(await refused.promise).toBeInstanceOf(LeaseLost);
    expect(store.rows.get(id)?.state).toBe('undone');
  });

  it('goes on from a commit that came through just as its step was given up', async () => {
    class SlowCommits extends MemoryOperationStore {
      override async save(...given: Parameters<MemoryOperationStore['save']>): Promise<boolean> {
        const saved = await super.save(...given);
        if (given[2]?.tx !== undefined) await new Promise((resolve) => setTimeout(resolve, 60));
        return saved;
      }
    }
    const store = new SlowCommits();
    const shop = { ...aShop(), answered: true };
    const hasty: typeof order = { ...order, steps: order.steps.map((step) => ({ ...step, timeoutMs: 20 })) };
    const engine = new OperationEngine<Shop, NoTx>({
      store,
      deps: shop,
      definitions: [hasty],
      log: silentLogger,
      workerId: 'w',
    });
    const id = await begin(store, engine);
    engine.wake(id);
    const row = await ended(store, id);
    expect([row.state, row.leaseToken, shop.log]).toEqual(['done', 1, ['do cup', 'do saucer']]);
  });

  it('undoes in reverse when a step refuses, keeping the reason', async () => {
    const store = new MemoryOperationStore();
    const shop = { ...aShop(), failing: 'saucer' };
    const engine = anEngine(store, shop);
    const id = await begin(store, engine);
    engine.wake(id);
    const row = await ended(store, id);
    expect(row.state).toBe('undone');
    expect(row.message).toBe('no saucer');
    expect(shop.log).toEqual(['do cup', 'do saucer', 'undo saucer', 'undo cup']);
  });

  it('goes back when its deadline has passed while it waits', async () => {
    const { store, shop, engine, id } = await parked();
    const row = store.rows.get(id);
    if (row !== undefined) store.rows.set(id, { ...row, deadlineAt: 1 });
    engine.wake(id);
    expect((await ended(store, id)).state).toBe('undone');
    expect([...shop.made]).toEqual([]);
  });

  it('asks for due operations less often while it has nothing to do, and finds what nobody woke', async () => {
    const store = new MemoryOperationStore();
    const shop = aShop();
    const virtual = { now: 1_000 };
    let asked = 0;
    const due = store.due.bind(store);
    store.due = async (...given) => {
      asked += 1;
      return due(...given);
    };
    /** Ends the reaper's sleep; null while it does not sleep. */
    let pass: (() => void) | null = null;
    const clock = {
      now: () => virtual.now,
      sleep: (ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve) => {
          signal?.addEventListener('abort', () => resolve());
          if (ms === 1_000) pass = resolve;
        }),
    };
    const engine = anEngine(store, shop, { clock, reapEveryMs: 1_000 });
    const asleep = () => waitUntil('the reaper to sleep', () => pass);
    const rounds = async (count: number): Promise<number> => {
      await asleep();
      const before = asked;
      for (let round = 0; round < count; round++) {
        const go = await asleep();
        pass = null;
        virtual.now += 1_000;
        go();
      }
      await asleep();
      return asked - before;
    };
    await engine.start();
    expect(await rounds(9)).toBe(3);
    const id = await begin(store, engine);
    await rounds(3);
    await waitUntil('parked', () => engine.active === 0 && store.rows.get(id)?.stepIndex === 2);
    // Its tea is looked at again after 10 s.
    expect(await rounds(9)).toBe(9);
    await engine.stop();
  });
});
