import { Registry } from 'prom-client';
import { afterEach, expect, it } from 'vitest';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { Host } from '#platform/objects/host.ts';
import { schedulerHandlers } from '../../../scheduler/handlers.ts';
import { HostSnapshot } from '../../../scheduler/host-snapshot.ts';
import { schedulerMetrics } from '../../../scheduler/metrics.ts';
import { schedule } from '../../../scheduler/schedule.ts';
import { DEFAULT_POLICY } from '../../../scheduler/scheduling-policy.ts';
import { SetClock } from '../../support/set-clock.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { aCell, aGroup, aHost, aRequest } from './builders.ts';

const running: HostSnapshot[] = [];
afterEach(async () => {
  for (const snapshot of running.splice(0)) await snapshot.stop();
});

/** A region whose cells tell these hosts once, and whose later polls wait until they are stopped. */
async function followed(hostsOf: Readonly<Record<string, readonly Host[]>>, weighsImages = false) {
  const asked: unknown[] = [];
  const clock = new SetClock();
  const doorOf = (name: string): CellDoor['door'] => {
    const answers = [{ hosts: [...(hostsOf[name] ?? [])], cursor: '1', complete: true }];
    const door = {
      watchHosts: (request: unknown, { signal }: { signal: AbortSignal }) => {
        asked.push(request);
        const answer = answers.shift();
        if (answer !== undefined) return Promise.resolve(answer);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
        });
      },
    };
    return door as unknown as CellDoor['door'];
  };
  let cells = Object.keys(hostsOf).map((name): CellDoor => ({ ...aCell(name), url: '', door: doorOf(name) }));
  let changed = (): void => undefined;
  const snapshot = new HostSnapshot({
    cells: {
      all: () => cells,
      watch: (call) => {
        changed = call;
        return () => undefined;
      },
    },
    aggregates: { of: () => ({ aggregates: [], customTraits: [], zone: 'nova' }), onChange: () => undefined },
    log: silentLogger,
    clock,
    silentAfterMs: 1_000,
    weighsImages,
  });
  running.push(snapshot);
  await snapshot.start();
  await waitUntil('all cells to answer', () => snapshot.describe().every(({ connected }) => connected));
  const leave = (name: string): void => {
    cells = cells.filter((cell) => cell.name !== name);
    changed();
  };
  return { snapshot, clock, leave, asked };
}

it('has the hosts of all cells, until a cell leaves', async () => {
  const { snapshot, leave } = await followed({
    a: [aHost({ name: 'h1' }), aHost({ name: 'h2' })],
    b: [aHost({ name: 'h3' })],
  });
  expect(schedule(aRequest(), snapshot.current()).hostsConsidered).toBe(3);
  leave('a');
  const decision = schedule(aRequest(), snapshot.current());
  expect(decision.hostsConsidered).toBe(1);
  expect(decision.candidates.map(({ hostName }) => hostName)).toEqual(['h3']);
});

it('asks cells for images of servers, and counts those of its decisions, only if they are weighed', async () => {
  const imagesAfterDecision = async (weighsImages: boolean) => {
    const { snapshot, asked } = await followed({ a: [aHost({ name: 'h1' })] }, weighsImages);
    expect(asked[0]).toEqual({ cursor: null, waitMs: 0, ...(weighsImages ? { withImageProperties: true } : {}) });
    const request = aRequest({ imageProperties: { os_distro: 'linux' } });
    snapshot.assume(request, schedule(request, snapshot.current()));
    return snapshot.hosts().hosts.map(({ images }) => images);
  };
  expect(await imagesAfterDecision(false)).toEqual([{}]);
  expect(await imagesAfterDecision(true)).toEqual([{ os_distro: { linux: 1 } }]);
});

it('counts a decision as used and as a member of its group, for three seconds without a report', async () => {
  const { snapshot, clock } = await followed({ a: [aHost({ name: 'h1' })] });
  const request = aRequest({ resources: { vcpus: 1, ramMb: 40_000, diskGb: 0 }, serverGroup: aGroup('affinity') });
  snapshot.assume(request, schedule(request, snapshot.current()));
  const another = aRequest({ resources: { vcpus: 1, ramMb: 40_000, diskGb: 0 } });
  expect(schedule(another, snapshot.current()).refusals).toMatchObject([{ filter: 'capacity-RAM', hosts: 1 }]);
  expect(snapshot.current().table.groupHasMembers(aGroup('affinity').id)).toBe(true);
  clock.pass(2_999);
  expect(schedule(another, snapshot.current()).candidates).toEqual([]);
  clock.pass(1);
  expect(schedule(another, snapshot.current()).candidates).toHaveLength(1);
  expect(snapshot.current().table.groupHasMembers(aGroup('affinity').id)).toBe(false);
});

it('never refuses a request for what an earlier call assumed, and says when it refuses one for what this call has given away', async () => {
  const { snapshot } = await followed({ a: [aHost({ name: 'h1' })] });
  const handlers = schedulerHandlers(
    snapshot,
    { known: async () => undefined },
    DEFAULT_POLICY,
    schedulerMetrics(new Registry()),
  );
  const large = () => aRequest({ resources: { vcpus: 1, ramMb: 40_000, diskGb: 0 } });
  const placed = async (count: number) => {
    const requests = Array.from({ length: count }, large);
    const { decisions } = await handlers.schedule({ requests }, undefined as never);
    return decisions.map(({ candidates, contested = false }) => [candidates.length, contested]);
  };
  const [given, contested] = [
    [1, false],
    [0, true],
  ];
  expect(await placed(2)).toEqual([given, contested]);
  // Whether the claim of the first was made is not known: its cell says.
  expect(await placed(2)).toEqual([given, contested]);
  expect(await placed(1)).toEqual([given]);
});
