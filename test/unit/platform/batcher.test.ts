import { describe, expect, it } from 'vitest';
import { Batcher } from '#platform/batching/batcher.ts';

/** A batcher whose calls end when the test calls `answer` or `fail`. */
function aBatcherAnsweredByHand(maxBatchSize = 3, maxInProgress = 1) {
  const calls: { questions: readonly number[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const batcher = new Batcher<number, number>({
    maxBatchSize,
    maxInProgress,
    send: (questions) =>
      new Promise((resolve, reject) => {
        calls.push({ questions, answer: () => resolve(questions.map((n) => n * 10)), fail: reject });
      }),
  });
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  return { batcher, calls, turn };
}

describe('a batcher', () => {
  it('sends a lone question at once', async () => {
    const { batcher, calls, turn } = aBatcherAnsweredByHand();
    const answer = batcher.ask('g', 1);
    await turn();
    expect(calls.map(({ questions }) => questions)).toEqual([[1]]);
    calls[0]?.answer();
    expect(await answer).toBe(10);
  });

  it('gathers questions while a call is in progress, up to the batch size', async () => {
    const { batcher, calls, turn } = aBatcherAnsweredByHand();
    const first = batcher.ask('g', 1);
    await turn();
    const rest = [2, 3, 4, 5].map((n) => batcher.ask('g', n));
    await turn();
    expect(calls).toHaveLength(1);
    calls[0]?.answer();
    await first;
    await turn();
    expect(calls[1]?.questions).toEqual([2, 3, 4]);
    calls[1]?.answer();
    await turn();
    calls[2]?.answer();
    expect(await Promise.all(rest)).toEqual([20, 30, 40, 50]);
  });

  it('keeps groups apart: a slow one delays no other', async () => {
    const { batcher, calls, turn } = aBatcherAnsweredByHand();
    void batcher.ask('slow', 1);
    await turn();
    const other = batcher.ask('quick', 2);
    await turn();
    calls[1]?.answer();
    expect(await other).toBe(20);
  });

  it('passes a failure to those of its call only, and goes on', async () => {
    const { batcher, calls, turn } = aBatcherAnsweredByHand(1);
    const [bad, good] = [batcher.ask('g', 1), batcher.ask('g', 2)];
    await turn();
    const refused = expect(bad).rejects.toThrow('no');
    calls[0]?.fail(new Error('no'));
    await refused;
    await turn();
    calls[1]?.answer();
    expect(await good).toBe(20);
  });

  it('says so when a question was left without an answer', async () => {
    const batcher = new Batcher<number, number>({ maxBatchSize: 2, maxInProgress: 1, send: async () => [1] });
    const results = await Promise.allSettled([batcher.ask('g', 1), batcher.ask('g', 2)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});
