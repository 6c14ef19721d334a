import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { type AnyOperation, type Step, StepRefused } from '#platform/operations/definition.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import type { OperationRow, OperationStore } from '#platform/operations/store.ts';
import { waitUntil } from './wait-until.ts';

/** What an operation works on in one test: made anew for each. */
export interface OperationWorld<D, Tx> {
  readonly store: OperationStore<Tx>;
  readonly deps: D;
  readonly params: unknown;
  readonly subject: string;
  /** What else is written with the operation, in the transaction that accepts it. */
  readonly adopt?: (tx: Tx, operationId: string) => Promise<void>;
  /** Lets the outside world (agents, other services) answer, while the operation runs; called again and again. */
  readonly play?: () => Promise<void>;
  /** Everything the operation promises is there. Throws otherwise. */
  expectDone(): Promise<void>;
  /** Nothing of it is left: as before it began. Throws otherwise. */
  expectUndone(): Promise<void>;
  close?(): Promise<void>;
}

/**
 * The two laws every operation gets tested for: each step may be carried out twice, and a failure at any step (after it was
 * carried out, so that there is something to take back) leaves nothing. Steps at and past the point of no return cannot fail for good,
 * so for them only the first law is asked.
 */
export function itKeepsTheOperationLaws<D, Tx>(
  definition: AnyOperation<D, Tx>,
  world: () => Promise<OperationWorld<D, Tx>>,
): void {
  describe(`${definition.kind} keeps the laws of operations`, () => {
    for (const step of definition.steps) {
      it(`${step.name} can be repeated`, async () => {
        const w = await world();
        const row = await runToEnd(w, changed(definition, step.name, twice));
        expect(row.state, row.message ?? '').toBe('done');
        await w.expectDone();
        await w.close?.();
      });
    }
    for (const step of undoable(definition)) {
      it(`a failure at ${step.name} leaves nothing`, async () => {
        const w = await world();
        const row = await runToEnd(w, changed(definition, step.name, refusedAfterwards));
        expect(row.state).toBe('undone');
        await w.expectUndone();
        await w.close?.();
      });
    }
  });
}

async function runToEnd<D, Tx>(w: OperationWorld<D, Tx>, definition: AnyOperation<D, Tx>): Promise<OperationRow> {
  const { store, deps } = w;
  const engine = new OperationEngine<D, Tx>({
    store,
    deps,
    definitions: [definition],
    log: silentLogger,
    workerId: `laws-${randomUUID()}`,
    reapEveryMs: 20,
  });
  const id = randomUUID();
  const operation = { id, kind: definition.kind, subject: w.subject, params: w.params, requestId: 'req-laws' };
  await store.transaction(async (tx) => {
    await engine.begin(tx, { ...operation, userId: null, projectId: null });
    await w.adopt?.(tx, id);
  });
  await engine.start();
  engine.wake(id);
  const row = await waitUntil(`${definition.kind} to end`, async () => {
    await w.play?.();
    const now = await store.get(id);
    return now?.finishedAt == null ? null : now;
  });
  await engine.stop();
  return row;
}

type Change = <D, Tx>(step: Step<unknown, D, Tx>) => Step<unknown, D, Tx>;

const changed = <D, Tx>(definition: AnyOperation<D, Tx>, name: string, change: Change): AnyOperation<D, Tx> => ({
  ...definition,
  steps: definition.steps.map((step) => (step.name === name ? change(step) : step)),
});

/** As if the worker had died after the step and before its outcome was written: a transaction of it is rolled back with it. */
const twice: Change = (step) => ({
  ...step,
  do: async (context, deps) => {
    const first = await step.do({ ...context, inTransaction: async () => ({ outcome: 'committed' }) }, deps);
    return first.outcome === 'wait' ? first : step.do(context, deps);
  },
});

const refusedAfterwards: Change = (step) => ({
  ...step,
  do: async (context, deps) => {
    const result = await step.do({ ...context, inTransaction: async () => ({ outcome: 'committed' }) }, deps);
    if (result.outcome === 'wait') return result;
    throw new StepRefused('a test lets it fail');
  },
});

function undoable<D, Tx>(definition: AnyOperation<D, Tx>): readonly Step<unknown, D, Tx>[] {
  const point = definition.steps.findIndex((step) => step.pointOfNoReturn === true);
  return point === -1 ? definition.steps : definition.steps.slice(0, point);
}
