import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { defineOperation, done, StepRefused } from '#platform/operations/definition.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { operationMetrics } from '#platform/operations/metrics.ts';
import { MemoryOperationStore, type NoTx } from '../../support/memory-operation-store.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { beginOperation, endOf, noParams } from './operation-fixtures.ts';

const oneStep = (kind: string, act: () => Promise<void>) =>
  defineOperation<typeof noParams, null, NoTx>({
    kind,
    params: noParams,
    deadline: { ms: 60_000, policy: 'back' },
    steps: [
      {
        name: 'only',
        do: async () => {
          await act();
          return done();
        },
        undo: { reason: 'nothing' },
      },
    ],
  });

describe('the metrics of an engine', () => {
  it('count what ended, and show what is late', async () => {
    const registry = new Registry();
    const store = new MemoryOperationStore();
    const engine: OperationEngine<null, NoTx> = new OperationEngine({
      store,
      deps: null,
      definitions: [
        oneStep('good', async () => undefined),
        oneStep('bad', () => Promise.reject(new StepRefused('no'))),
        oneStep('stuck', () => new Promise(() => undefined)),
      ],
      log: silentLogger,
      workerId: 'w',
      observer: operationMetrics(registry, () => engine.active),
    });
    for (const kind of ['good', 'good', 'bad']) {
      const id = await beginOperation(store, engine, kind);
      engine.wake(id);
      await endOf(store, id);
    }
    const stuck = await beginOperation(store, engine, 'stuck');
    engine.wake(stuck);
    await waitUntil('the operation to be in progress', () => (store.rows.get(stuck)?.leaseToken ?? 0) > 0);
    const row = store.rows.get(stuck);
    if (row !== undefined) store.rows.set(stuck, { ...row, deadlineAt: 1 });
    await engine.start();
    const text = await waitUntil('the count', async () => {
      const now = await registry.metrics();
      return now.includes('volvox_operations_overdue{') ? now : null;
    });
    expect(text).toContain('volvox_operations_ended_total{kind="good",state="done"} 2');
    expect(text).toContain('volvox_operations_ended_total{kind="bad",state="undone"} 1');
    expect(text).toContain('volvox_operations_overdue{kind="stuck",state="running"} 1');
    expect(text).toContain('volvox_operations_active 1');
    await engine.stop();
  });
});
