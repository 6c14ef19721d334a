import { expect, it } from 'vitest';
import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { decideBy } from '../../../super-conductor/placing/decide.ts';
import { aRequest } from '../scheduler/builders.ts';

const decideWith = (scheduler: Parameters<typeof decideBy>[0]) =>
  decideBy(scheduler, { now: () => 0, sleep: () => Promise.resolve() });

it('puts what is asked at one time into messages that the scheduler reads', async () => {
  const messages: (readonly SchedulingRequest[])[] = [];
  const decide = decideWith({
    schedule: async ({ requests }) => {
      messages.push(requests);
      return {
        decisions: requests.map(({ instanceUuid }) => ({
          instanceUuid,
          candidates: [],
          refusals: [],
          hostsConsidered: 0,
          silentCells: [],
        })),
      };
    },
  });
  const large = { property: 'x'.repeat(1024 * 1024) };
  const requests = Array.from({ length: 20 }, (_, at) =>
    aRequest({ instanceUuid: `${at}`, imageProperties: at % 2 === 0 ? large : {} }),
  );
  const decisions = await Promise.all(requests.map(decide));
  expect(decisions.map(({ instanceUuid }) => instanceUuid)).toEqual(requests.map(({ instanceUuid }) => instanceUuid));
  expect(messages.flat()).toEqual(requests);
  for (const message of messages) expect(JSON.stringify(message).length).toBeLessThan(5 * 1024 * 1024);
  expect(messages.length).toBeLessThan(6);
});

const decisionFor = ({ instanceUuid }: SchedulingRequest) => ({
  instanceUuid,
  candidates: [],
  refusals: [],
  hostsConsidered: 0,
  silentCells: [],
});

it('keeps a request that the scheduler refuses from the others that were asked with it', async () => {
  const decide = decideWith({
    schedule: async ({ requests }) => {
      if (requests.some(({ instanceUuid }) => instanceUuid === 'odd')) throw new VolvoxError('invalid', 'not read');
      return { decisions: requests.map(decisionFor) };
    },
  });
  const asked = ['one', 'odd', 'two'].map((instanceUuid) => decide(aRequest({ instanceUuid })));
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('asks a scheduler that does not answer once, whatever the number of requests', async () => {
  let asked = 0;
  const decide = decideWith({
    schedule: async () => {
      asked += 1;
      throw new VolvoxError('unavailable', 'nobody there');
    },
  });
  const all = await Promise.allSettled(
    ['one', 'two', 'three'].map((instanceUuid) => decide(aRequest({ instanceUuid }))),
  );
  expect([all.every(({ status }) => status === 'rejected'), asked]).toEqual([true, 1]);
});

it('asks again alone for a request that got no host because of others of its message', async () => {
  const messages: string[][] = [];
  const candidate = { cellId: 'cell', cellName: 'cell', hostId: 'host', hostName: 'host', zone: 'nova' };
  const decide = decideWith({
    schedule: async ({ requests }) => {
      messages.push(requests.map(({ instanceUuid }) => instanceUuid));
      const decisions = requests.map((request, at) =>
        at > 0
          ? { ...decisionFor(request), contested: true }
          : { ...decisionFor(request), candidates: request.instanceUuid === 'third' ? [] : [candidate] },
      );
      return { decisions };
    },
  });
  const decisions = await Promise.all(
    ['first', 'second', 'third'].map((instanceUuid) => decide(aRequest({ instanceUuid }))),
  );
  expect(messages).toEqual([['first', 'second', 'third'], ['second'], ['third']]);
  expect(decisions.map(({ candidates, contested }) => [candidates.length, contested])).toEqual([
    [1, undefined],
    [1, undefined],
    [0, undefined],
  ]);
});
