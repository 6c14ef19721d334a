import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { defineOperation, done, type Step, wait } from '#platform/operations/definition.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { MemoryOperationStore, type NoTx } from '../../support/memory-operation-store.ts';
import { beginOperation, endOf, noParams } from './operation-fixtures.ts';

type OneStep = Step<object, null, NoTx>;

describe('the tries of a step', () => {
  const engines: OperationEngine<null, NoTx>[] = [];
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  });

  async function run(step: OneStep, store = new MemoryOperationStore()) {
    const definition = defineOperation<typeof noParams, null, NoTx>({
      kind: 'one',
      params: noParams,
      deadline: { ms: 60_000, policy: 'back' },
      steps: [step],
    });
    const engine = new OperationEngine<null, NoTx>({
      store,
      deps: null,
      definitions: [definition],
      log: silentLogger,
      workerId: 'worker',
      reapEveryMs: 5,
      random: () => 0,
    });
    engines.push(engine);
    const id = await beginOperation(store, engine, 'one');
    await engine.start();
    engine.wake(id);
    return endOf(store, id);
  }

  const nothing = { reason: 'there is nothing to take back' };

  it('count in a row: what failed before it got on is no reason to give up', async () => {
    let looks = 0;
    const row = await run({
      name: 'long',
      attempts: 3,
      undo: nothing,
      do: async () => {
        looks += 1;
        if (looks > 8) return done();
        if (looks % 2 === 1) throw new Error('an outage');
        return wait(1);
      },
    });
    expect([row.state, looks]).toEqual(['done', 9]);
  });

  it('are used up by failures in a row', async () => {
    let looks = 0;
    const row = await run({
      name: 'broken',
      attempts: 3,
      undo: nothing,
      do: async () => {
        looks += 1;
        throw new Error('broken');
      },
    });
    expect([row.state, row.message, looks]).toEqual(['undone', 'broken', 3]);
  });

  it('are used up by commits that fail for certain, with pauses between them', async () => {
    class FullLog extends MemoryOperationStore {
      override async transaction<R>(work: (tx: NoTx) => Promise<R>): Promise<R> {
        return super.transaction(async (tx) => {
          const result = await work(tx);
          if (this.rows.size > 0 && [...this.rows.values()].some((row) => row.leaseToken > 0))
            throw new Error('log full');
          return result;
        });
      }
    }
    let looks = 0;
    const row = await run(
      {
        name: 'write',
        attempts: 3,
        undo: nothing,
        do: async (context) => {
          looks += 1;
          return context.inTransaction(async () => 'written');
        },
      },
      new FullLog(),
    );
    expect([row.state, row.message, looks]).toEqual(['undone', 'log full', 3]);
  });
});
