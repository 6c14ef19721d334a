import { describe, expect, it } from 'vitest';
import { AgentWaker } from '../../../../cell/conductor/agents/agent-waker.ts';

describe('waking agents', () => {
  it('collects wake-ups while a job is on its way, and loses none', async () => {
    const jobs: { queue: string; ids: readonly string[] }[] = [];
    const waiting: (() => void)[] = [];
    const waker = new AgentWaker({
      wake: (queue, ids) => {
        jobs.push({ queue, ids });
        return new Promise((resolve) => waiting.push(resolve));
      },
    });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    waker.wake('a', ['1']);
    waker.wake('a', ['2', '1']);
    waker.wake(null, ['9']);
    await turn();
    waker.wake('a', ['3']);
    waker.wake('a', ['4']);
    waker.wake('b', ['5']);
    await turn();
    waiting[0]?.();
    await turn();
    waiting[2]?.();
    await turn();
    waker.wake('a', ['6']);
    await turn();
    expect(jobs).toEqual([
      { queue: 'agent-a', ids: ['1', '2'] },
      { queue: 'agent-b', ids: ['5'] },
      { queue: 'agent-a', ids: ['3', '4'] },
      { queue: 'agent-a', ids: ['6'] },
    ]);
  });
});
