import { describe, expect, it } from 'vitest';
import type { SimulatedChange } from '#platform/objects/simulation.ts';
import type { KnownHost } from '../../../scheduler/known-host.ts';
import { DEFAULT_POLICY } from '../../../scheduler/scheduling-policy.ts';
import type { RecordedServer } from '../../../scheduler/simulation/recorded-servers.ts';
import { simulate } from '../../../scheduler/simulation/simulations.ts';
import { aCell, aGroup, aHost, aRequest, aView, idOf } from './builders.ts';
import { referenceSchedule } from './reference-schedule.ts';
import { SeededRandom } from './seeded-random.ts';

const [A, B, C] = [aCell('a'), aCell('b'), aCell('c')];
const NO_CHANGE: SimulatedChange = { loseCellId: null, addHosts: null, multipliers: {}, everything: false };
const noPace = async (): Promise<void> => undefined;
const SIZE = { vcpus: 1, ramMb: 1_024, diskGb: 1 };

const host = (name: string, cell = A, ramMb = 4_096, used = 0) =>
  aView(
    aHost({
      name,
      total: { vcpus: 16, ramMb, diskGb: 1_000 },
      used: { vcpus: used, ramMb: used * SIZE.ramMb, diskGb: used },
    }),
    { cell },
  );
const server = (
  name: string,
  cell: typeof A | null = A,
  rest: Parameters<typeof aRequest>[0] = {},
): RecordedServer => ({
  ...{ uuid: idOf(name), cellId: cell?.id ?? null, flavorName: 'small' },
  request: aRequest({ instanceUuid: idOf(name), resources: SIZE, alternates: 0, ...rest }),
});
const run = (servers: readonly RecordedServer[], hosts: readonly KnownHost[], change: Partial<SimulatedChange>) =>
  simulate(servers, hosts, { ...NO_CHANGE, ...change }, DEFAULT_POLICY, noPace);

describe('a simulation', () => {
  it('without a change tells the headroom of each cell: the share of its servers that fit elsewhere', async () => {
    const hosts = [host('a-1', A, 4_096, 4), host('b-1', B, 4_096, 1)];
    const servers = [...[1, 2, 3, 4].map((at) => server(`s-${at}`, A)), server('s-5', B)];
    const report = await run(servers, hosts, {});
    expect(report).toMatchObject({ replayed: 0, fit: 0, unplaced: { before: 0, after: 0 }, why: [] });
    expect(report.flavors).toMatchObject([{ name: 'small', ...SIZE, servers: 5 }]);
    const [a, b] = report.cells;
    expect(a).toMatchObject({ cellName: 'a', before: { hosts: 1, servers: 4, headroom: 0.75, free: [0] } });
    expect(b).toMatchObject({ cellName: 'b', before: { hosts: 1, servers: 1, headroom: 0, free: [3] } });
    for (const { before, after } of report.cells) expect(after).toEqual(before);
  });

  it('places the servers of a lost cell elsewhere, and says what the others miss', async () => {
    const hosts = [host('a-1', A, 4_096, 4), host('b-1', B, 4_096, 1), host('c-1', C, 2_048, 1)];
    const servers = [...[1, 2, 3, 4].map((at) => server(`s-${at}`, A)), server('s-5', B), server('s-6', C)];
    const huge = server('huge', A, { resources: { ...SIZE, ramMb: 9_000 } });
    const report = await run([huge, ...servers], hosts, { loseCellId: A.id });
    expect(report).toMatchObject({ replayed: 5, fit: 4, unplaced: { before: 0, after: 1 } });
    expect(report.cells.map(({ after }) => after?.servers)).toEqual([undefined, 4, 2]);
    expect(report.cells[0]?.after).toBeNull();
    expect(report.cells[1]?.after?.free[0]).toBe(0);
    expect(report.why).toEqual([
      { filters: 'capacity-RAM', servers: 1, example: expect.stringMatching(/^b-1: \d+ MB of RAM too few$/) },
    ]);
  });

  it('takes a server group of a lost cell to another cell', async () => {
    const group = aGroup('affinity');
    const inGroup = aHost({ name: 'a-1', groups: { [group.id]: 2 } });
    const servers = ['s-1', 's-2'].map((name) => server(name, A, { serverGroup: group }));
    const report = await run(servers, [aView(inGroup, { cell: A }), host('b-1', B), host('c-1', C)], {
      loseCellId: A.id,
    });
    expect(report.fit).toBe(2);
    expect(report.cells.map(({ after }) => after?.servers).sort()).toEqual([0, 2, undefined]);
    expect(report.cells[0]?.before.headroom).toBe(1);
  });

  it('gives each server CPUs of its own, when it asks for them', async () => {
    const node = { id: 0, shared: '0', dedicated: '1-4', cores: [], ramMb: 65_536, pages: [] };
    const hosts = [
      aView(aHost({ name: 'a-1' }), { cell: A }),
      aView(aHost({ name: 'b-1', nodes: [node] }), { cell: B }),
    ];
    const topology = {
      ...{ nodes: [{ cpus: '0-1', dedicated: '0-1', ramMb: 1_024 }], pages: null, threads: null, emulator: null },
    };
    const servers = ['s-1', 's-2', 's-3'].map((name) => server(name, A, { topology }));
    const report = await run(servers, hosts, { loseCellId: A.id });
    expect(report).toMatchObject({ replayed: 3, fit: 2, why: [{ filters: 'numa-topology', servers: 1 }] });
    expect(report.cells[0]?.before.headroom).toBeCloseTo(2 / 3);
  });

  it('finds capacity on added hosts for what no cell has', async () => {
    const hosts = [host('a-1', A, 2_048, 2), host('b-1', B, 1_024, 1)];
    const servers = [server('s-1'), server('s-2'), server('waits', null), server('waits-2', null)];
    const added = { count: 1, like: 'b-1', cellId: null };
    expect(await run(servers, hosts, {})).toMatchObject({ replayed: 2, fit: 0, unplaced: { after: 2 } });
    const report = await run(servers, hosts, { addHosts: added });
    expect(report).toMatchObject({ replayed: 2, fit: 1, unplaced: { before: 2, after: 1 } });
    expect(report.cells[1]).toMatchObject({ before: { hosts: 1 }, after: { hosts: 2, servers: 1 } });
    const sized = { count: 1, like: null, cellId: A.id, ramMb: 65_536 };
    const large = await run(servers, hosts, { addHosts: sized });
    expect(large).toMatchObject({ fit: 2, cells: [{ after: { hosts: 2, free: [62] } }, {}] });
  });

  it('places everything anew by other multipliers', async () => {
    const hosts = [host('a-1', A, 65_536, 0), host('b-1', B, 8_192, 2)];
    const servers = [server('s-1', B), server('s-2', B)];
    const spread = await run(servers, hosts, { everything: true, multipliers: { ram: 1, cpu: 0, disk: 0 } });
    expect(spread.cells.map(({ after }) => after?.servers)).toEqual([2, 0]);
    const stacked = await run(servers, hosts, { everything: true, multipliers: { ram: -1, cpu: 0, disk: 0 } });
    expect(stacked.cells.map(({ after }) => after?.servers)).toEqual([0, 2]);
  });

  it('refuses what does not exist, by name', async () => {
    const hosts = [host('a-1')];
    const added = { count: 1, like: 'nowhere', cellId: null };
    await expect(run([], hosts, { addHosts: added })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('addHosts.like: no cell that answers has a host nowhere'),
    });
    await expect(run([], hosts, { multipliers: { luck: 1 } })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('there is no weigher luck'),
    });
  });

  it('decides as the reference does, whatever the region', async () => {
    let refused = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const random = new SeededRandom(seed);
      const hosts = [A, B, C].flatMap((cell) =>
        Array.from({ length: 1 + random.below(4) }, (_, at) =>
          host(`${cell.name}-${at}`, cell, 1_024 * (1 + random.below(6)), random.below(2)),
        ),
      );
      const servers = Array.from({ length: 20 }, (_, at) =>
        server(`s-${seed}-${at}`, [A, B, C, null][random.below(4)] ?? null, {
          resources: { ...SIZE, ramMb: 512 * (1 + random.below(5)) },
        }),
      );
      const report = await run(servers, hosts, { loseCellId: A.id });
      const expected = replayByReference(
        servers.filter(({ cellId }) => cellId === null || cellId === A.id),
        hosts,
      );
      expect([report.replayed, report.fit]).toEqual(expected);
      refused += report.replayed - report.fit;
    }
    expect(refused).toBeGreaterThan(20);
  });
});

/** Without cell a. @returns how many were asked for, and how many fit. */
function replayByReference(servers: readonly RecordedServer[], all: readonly KnownHost[]): readonly [number, number] {
  let hosts = all.filter(({ cell }) => cell !== A);
  let fit = 0;
  for (const { request } of servers) {
    const [chosen] = referenceSchedule(request, { hosts, silentCells: new Map() }).candidates;
    if (chosen === undefined) continue;
    fit += 1;
    hosts = hosts.map((known) => {
      if (known.host.id !== chosen.hostId) return known;
      const { used, runningGuests } = known.host;
      const { vcpus, ramMb, diskGb } = request.resources;
      const more = { vcpus: used.vcpus + vcpus, ramMb: used.ramMb + ramMb, diskGb: used.diskGb + diskGb };
      return aView({ ...known.host, used: more, runningGuests: runningGuests + 1 }, { cell: known.cell });
    });
  }
  return [servers.length, fit];
}
