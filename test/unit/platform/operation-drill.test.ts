import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { defineOperation, done, type Step, wait } from '#platform/operations/definition.ts';
import { type Drill, type DrillPoint, drillFromFolder, pauseFile } from '#platform/operations/drill.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { MemoryOperationStore, type NoTx } from '../../support/memory-operation-store.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { beginOperation, endOf, noParams } from './operation-fixtures.ts';

const place = (rest: Partial<DrillPoint> = {}): DrillPoint => ({
  operationId: 'o',
  kind: 'delete',
  subject: 'a-server',
  step: 'terminate',
  direction: 'do',
  at: 'before',
  ...rest,
});

const engineWith = (store: MemoryOperationStore, drill: Drill, steps: Step<object, null, NoTx>[]) =>
  new OperationEngine<null, NoTx>({
    store,
    deps: null,
    definitions: [defineOperation({ kind: 'k', params: noParams, deadline: { ms: 60_000, policy: 'back' }, steps })],
    log: silentLogger,
    workerId: 'w',
    drill,
  });

describe('drills', () => {
  it('pass each place once: before a step is first looked at, and when its work is done', async () => {
    const store = new MemoryOperationStore();
    const points: string[] = [];
    const looks = { left: 2 };
    const engine = engineWith(
      store,
      async ({ step, direction, at }) => {
        points.push(`${at} ${direction} ${step} ${store.rows.get(id)?.stepIndex}`);
      },
      [
        { name: 'a', do: (context) => context.inTransaction(async () => null), undo: async () => done() },
        { name: 'b', do: async () => (looks.left-- > 0 ? wait(60_000) : done()), undo: async () => done() },
        { name: 'c', do: () => Promise.reject(new Error('no')), undo: { reason: 'nothing' }, attempts: 1 },
      ],
    );
    const id = await beginOperation(store, engine, 'k');
    while (store.rows.get(id)?.finishedAt === null) {
      engine.wake(id);
      await waitUntil('parked', () => engine.active === 0);
    }
    expect(points).toEqual([
      'before do a 0',
      'after do a 0',
      'before do b 1',
      'after do b 1',
      'before do c 2',
      'before undo c 2',
      'after undo c 2',
      'before undo b 1',
      'after undo b 1',
      'before undo a 0',
      'after undo a 0',
    ]);
  });

  it('do not count against the time of a step, and end with the worker', async () => {
    const store = new MemoryOperationStore();
    const release = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const times: number[] = [];
    const drill: Drill = async ({ at }) => {
      if (at !== 'after') return;
      times.push(Date.now());
      reached.resolve();
      await release.promise;
    };
    const step: Step<object, null, NoTx> = {
      name: 'a',
      do: (context) => context.inTransaction(async () => null),
      undo: async () => done(),
      attempts: 1,
      timeoutMs: 30,
    };
    const engine = engineWith(store, drill, [step]);
    const id = await beginOperation(store, engine, 'k');
    engine.wake(id);
    await reached.promise;
    await waitUntil('longer than the step may take', () => Date.now() - (times[0] ?? 0) > 100);
    release.resolve();
    expect((await endOf(store, id)).state).toBe('done');

    const paused = engineWith(store, () => new Promise(() => undefined), [step]);
    paused.wake(await beginOperation(store, paused, 'k'));
    await waitUntil('the operation to be paused', () => paused.active === 1);
    await paused.stop();
    expect(paused.active).toBe(0);
  });
});

describe('drills from a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drill-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('pause an operation while its file exists, and say which process is paused', async () => {
    const drill = drillFromFolder(folder);
    const pause = join(folder, 'a-server.delete.terminate.do.before');
    expect(join(folder, pauseFile(place()))).toBe(pause);
    await writeFile(pause, '');
    let over = false;
    const paused = drill?.(place()).then(() => {
      over = true;
    });
    const pid = await waitUntil('it to be reached', () => readFile(`${pause}.reached`, 'utf8').catch(() => null));
    expect(pid).toBe(String(process.pid));
    expect(over).toBe(false);
    await rm(pause);
    await paused;
  });

  it('let every other operation pass, and are off without a folder', async () => {
    await writeFile(join(folder, pauseFile(place())), '');
    await drillFromFolder(folder)?.(place({ at: 'after' }));
    await drillFromFolder(folder)?.(place({ subject: 'another' }));
    expect(await readdir(folder)).toEqual([pauseFile(place())]);
    expect(drillFromFolder('')).toBeUndefined();
  });
});
