import { describe, expect, it } from 'vitest';
import { FairGate, type FairGateOptions } from '#platform/budgets/fair-gate.ts';

const gateOf = (changed: Partial<FairGateOptions> = {}) =>
  new FairGate({
    what: 'a test',
    inFlight: 2,
    inFlightPerKey: 2,
    waiting: 100,
    waitingPerKey: 50,
    maxWaitMs: 60_000,
    ...changed,
  });

/** Enters, and notes the key when it is admitted. */
const enter = (gate: FairGate, key: string, admitted: string[]): Promise<() => void> =>
  gate.enter(key).then((leave) => {
    admitted.push(key);
    return leave;
  });
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a fair gate', () => {
  it('lets keys take turns, whoever came first', async () => {
    const gate = gateOf({ inFlight: 1, inFlightPerKey: 1 });
    const admitted: string[] = [];
    const all = [...'aaaaabc'].map((key) => enter(gate, key, admitted));
    for (const one of [...'aabcaaa'].keys()) {
      await settled();
      expect(admitted).toHaveLength(one + 1);
      const key = admitted.at(-1);
      const index = [...'aaaaabc'].findIndex((candidate, at) => candidate === key && all[at] !== undefined);
      const leave = await all[index];
      delete all[index];
      leave?.();
    }
    expect(admitted.join('')).toBe('aabcaaa');
    expect([gate.running, gate.waiting]).toEqual([0, 0]);
  });

  it('keeps capacity for others while one key has its share', async () => {
    const gate = gateOf({ inFlight: 3, inFlightPerKey: 2 });
    const admitted: string[] = [];
    for (const key of 'aaaab') void enter(gate, key, admitted);
    await settled();
    expect(admitted.join('')).toBe('aab');
  });

  it('refuses beyond the bounds on waiting, and after the longest wait, with the time to retry after', async () => {
    let refused = 0;
    const gate = gateOf({ inFlight: 1, waitingPerKey: 1, maxWaitMs: 20, onRefused: () => refused++ });
    const leave = await gate.enter('a');
    const waiting = gate.enter('a');
    const throttled = { kind: 'throttled', details: { retryAfterSeconds: 1 } };
    await expect(gate.enter('a')).rejects.toMatchObject(throttled);
    await expect(waiting).rejects.toMatchObject(throttled);
    expect([refused, gate.waiting]).toEqual([2, 0]);
    leave();
    leave();
    expect(gate.running).toBe(0);
  });

  it('drops a waiter whose signal aborts, and admits the next one', async () => {
    const gate = gateOf({ inFlight: 1 });
    const leave = await gate.enter('a');
    const gone = new AbortController();
    const dropped = gate.enter('a', gone.signal);
    const next = gate.enter('b');
    gone.abort(new Error('gone'));
    await expect(dropped).rejects.toThrow('gone');
    leave();
    (await next)();
    expect([gate.running, gate.waiting]).toEqual([0, 0]);
  });

  it('has space for a newcomer when few keys fill the queue: the youngest waiter of the largest makes way', async () => {
    const gate = gateOf({ inFlight: 1, inFlightPerKey: 1, waiting: 8, waitingPerKey: 4 });
    const leave = await gate.enter('a');
    const admitted: string[] = [];
    const outcomes = Promise.allSettled(
      [...'aaaabbbbcbd'].map((key) => gate.run(key, async () => void admitted.push(key))),
    );
    await settled();
    expect(gate.waiting).toBe(8);
    leave();
    const refused = (await outcomes).map(({ status }) => (status === 'rejected' ? 'x' : '.')).join('');
    // The fourth of a made way for c, and the fourth of b for d; a fifth of b was too many.
    expect([refused, [...admitted].sort().join('')]).toEqual(['...x...x.x.', 'aaabbbcd']);
    expect(admitted.indexOf('d')).toBeLessThan(4);
    expect([gate.running, gate.waiting]).toEqual([0, 0]);
  });

  it('refuses a newcomer when those who wait have no more than it would have', async () => {
    const gate = gateOf({ inFlight: 1, inFlightPerKey: 1, waiting: 2 });
    const leave = await gate.enter('a');
    const waiting = [...'ab'].map((key) => gate.run(key, async () => undefined));
    await expect(gate.enter('c')).rejects.toMatchObject({ kind: 'throttled' });
    leave();
    await Promise.all(waiting);
  });

  it('ends the turn of work that fails', async () => {
    const gate = gateOf({ inFlight: 1 });
    await expect(gate.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate.run('a', async () => 1)).toBe(1);
  });
});
