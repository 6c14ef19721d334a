import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { type Deadline, defineOperation, done, type Step, StepRefused, wait } from '#platform/operations/definition.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { viewOperation } from '#platform/operations/view.ts';
import { HastyClock } from '../../support/hasty-clock.ts';
import { MemoryOperationStore, type NoTx } from '../../support/memory-operation-store.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { beginOperation, endOf, noParams } from './operation-fixtures.ts';

type TheStep = Step<object, null, NoTx>;

const MINUTE = 60_000;
const clocks: HastyClock[] = [];
const engines: OperationEngine<null, NoTx>[] = [];

function aWorld(steps: readonly TheStep[], deadline: Deadline) {
  const clock = new HastyClock();
  clocks.push(clock);
  const store = new MemoryOperationStore();
  const engine = new OperationEngine<null, NoTx>({
    store,
    deps: null,
    definitions: [defineOperation({ kind: 'k', params: noParams, deadline, steps })],
    log: silentLogger,
    workerId: 'w',
    clock,
    random: () => 1,
    reapEveryMs: 10_000,
    leaseMs: MINUTE,
  });
  engines.push(engine);
  const begin = async (): Promise<string> => {
    const id = await beginOperation(store, engine, 'k');
    await engine.start();
    return id;
  };
  return { clock, store, engine, begin };
}

const quick = (name: string, rest: Partial<TheStep> = {}): TheStep => ({
  name,
  do: async () => done(),
  undo: async () => done(),
  ...rest,
});

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  for (const clock of clocks.splice(0)) clock.stop();
});

describe('an operation in virtual time', () => {
  it('waits, times out and backs off by its clock alone', async () => {
    let tries = 0;
    const hanging = quick('hanging', {
      timeoutMs: 10 * MINUTE,
      do: () => (++tries < 4 ? new Promise(() => undefined) : Promise.resolve(done())),
    });
    let looks = 0;
    const waiting = quick('waiting', { do: async () => (++looks < 3 ? wait(60 * MINUTE) : done()) });
    const { clock, store, begin } = aWorld([hanging, waiting], { ms: 600 * MINUTE, policy: 'back' });
    const began = clock.now();
    const row = await endOf(store, await begin());
    expect(row.state).toBe('done');
    expect((row.finishedAt ?? 0) - began).toBeGreaterThan(150 * MINUTE);
    expect(row.history.map(({ name, attempt, outcome, message }) => [name, attempt, outcome, message])).toEqual([
      ['hanging', 1, 'failed', 'took longer than 600000 ms'],
      ['hanging', 2, 'failed', 'took longer than 600000 ms'],
      ['hanging', 3, 'failed', 'took longer than 600000 ms'],
      ['hanging', 4, 'done', null],
      ['waiting', 1, 'done', null],
    ]);
    const [first, second] = row.history;
    const pause = Date.parse(second?.startedAt ?? '') - Date.parse(first?.finishedAt ?? '');
    expect(pause, 'a back-off of 100 ms, then the next reaping').toBeLessThanOrEqual(10_100);
  });
});

describe('the deadline of an operation', () => {
  const never = quick('never', { do: async () => wait(1_000, 'the moon') });

  it('back: what was done is undone', async () => {
    const { store, begin } = aWorld([quick('make'), never], { ms: MINUTE, policy: 'back' });
    const row = await endOf(store, await begin());
    expect([row.state, row.message]).toEqual(['undone', 'the deadline has passed']);
  });

  it('back: a way back that takes long is shown as overdue', async () => {
    const stuck = quick('stuck', { undo: async () => wait(1_000) });
    const { clock, store, begin } = aWorld([stuck, never], { ms: MINUTE, policy: 'back' });
    const id = await begin();
    await waitUntil('the way back', () => store.rows.get(id)?.state === 'undoing');
    const row = store.rows.get(id);
    if (row === undefined) throw new Error('gone');
    expect(viewOperation(row, undefined, clock.now())).toMatchObject({ state: 'undoing', overdue: true });
  });

  it('forward: it is stranded, visible, and goes on as soon as it can', async () => {
    let answered = false;
    const ask = quick('ask', { do: async () => (answered ? done() : wait(1_000, 'the moon')) });
    const { clock, store, begin } = aWorld([quick('make'), ask], { ms: MINUTE, policy: 'forward' });
    const id = await begin();
    const row = await waitUntil('it to be stranded', () => {
      const now = store.rows.get(id);
      return now?.state === 'stranded' ? now : null;
    });
    expect(viewOperation(row, undefined, clock.now())).toMatchObject({
      state: 'stranded',
      overdue: true,
      step: 'ask',
      steps: [{ name: 'make' }, { name: 'ask', outcome: null, message: 'the moon' }],
    });
    answered = true;
    expect((await endOf(store, id)).state).toBe('done');
  });

  it('forward: failures do not turn it back, before the deadline or after; a refusal does', async () => {
    let tries = 0;
    const failing = quick('failing', {
      attempts: 2,
      do: async () => {
        tries += 1;
        if (tries === 300) throw new StepRefused('it cannot be');
        throw new Error('not yet');
      },
    });
    const { store, begin } = aWorld([quick('make'), failing], { ms: MINUTE, policy: 'forward' });
    const row = await endOf(store, await begin());
    expect([row.state, row.message, tries]).toEqual(['undone', 'it cannot be', 300]);
    // The history is bounded, and forgets failures between failures: its ends are there.
    expect(row.history.length).toBe(200);
    expect(row.history.slice(0, 2).map(({ name, attempt }) => [name, attempt])).toEqual([
      ['make', 1],
      ['failing', 1],
    ]);
    expect(row.history.slice(-3).map(({ name, direction }) => `${direction} ${name}`)).toEqual([
      'do failing',
      'undo failing',
      'undo make',
    ]);
  });

  it('past the point of no return every policy is forward, and a refusal is shown', async () => {
    let refused = 0;
    const refusing = quick('refusing', {
      do: async () => {
        refused += 1;
        if (refused < 3) throw new StepRefused('not today');
        return done();
      },
    });
    const { store, begin } = aWorld([quick('commit', { pointOfNoReturn: true }), refusing], {
      ms: MINUTE,
      policy: 'back',
    });
    const id = await begin();
    const states = new Set<string>();
    store.crash = () => void states.add(store.rows.get(id)?.state ?? '');
    const row = await endOf(store, id);
    expect(row.state).toBe('done');
    expect([...states]).toContain('stranded');
    expect(row.history.find((entry) => entry.pointOfNoReturn)?.name).toBe('commit');
  });
});
