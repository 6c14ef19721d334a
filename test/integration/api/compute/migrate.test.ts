import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { MOVE_SERVER } from '#platform/contracts/global-operations.ts';
import type { Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { projectUsages, takeQuota } from '#platform/directory/stores/quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Host } from '#platform/objects/host.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';
import { aHost } from './stub-cells.ts';

interface Acted {
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const EAST = randomUUID();
const WEST = randomUUID();
const hostsOf = (cell: string): readonly Host[] => [1, 2].map((n) => aHost(`${cell}-${n}`, randomUUID()));
const hosts = { [EAST]: hostsOf('east'), [WEST]: hostsOf('west') };

let api: ComputeApp;
let uuid = '';
let state: Partial<Instance> = {};
let silent: string | null = null;
let tooOld: VolvoxError | null = null;
let decision: Partial<Decision> | null = null;
/** Cells without a host that can take the server. */
let full: readonly string[] = [];
let acted: Acted[] = [];
let asked: SchedulingRequest[] = [];
let woken: unknown[] = [];

const instance = () =>
  anInstance({ ...aBuild({ uuid, projectId: PROJECT }), host: 'east-1', node: 'east-1', ...state });
const placesIn = (cellId: string, named: string | null, not: unknown) =>
  (hosts[cellId] ?? [])
    .filter(({ name }) => (named === null || name === named) && !(Array.isArray(not) && not.includes(name)))
    .map(({ id, name }) => ({ cellId, cellName: cellId, hostId: id, hostName: name, zone: 'nova' }));

beforeAll(async () => {
  const cellOf = (id: string, name: string) => {
    const answer = async <A>(value: A): Promise<A> => {
      if (silent === name) throw new VolvoxError('unavailable', 'no answer');
      return value;
    };
    const door = {
      getInstance: () => answer(instance()),
      listHosts: () => answer({ hosts: hosts[id] }),
      moveInStatus: () => answer({ reached: 'none', message: null, hostId: null, hostName: null, progress: 0 }),
      estimateMove: () => answer({ instance: instance(), refusal: null, disks: [] }),
      act: ({ operationId, kind, params }: Acted & { operationId: string }) => {
        if (tooOld !== null) return Promise.reject(tooOld);
        acted.push({ kind, params });
        return answer({ operationId });
      },
    };
    return { id, name, url: '', enabled: true, door };
  };
  const cells = [cellOf(EAST, 'east'), cellOf(WEST, 'west')];
  const find = (id: string) => cells.find((cell) => cell.id === id);
  api = await createComputeApp({
    caches: createCaches(),
    cells: { all: () => cells, find, of: find } as unknown as ApiDeps['cells'],
    waker: {
      wake: async (queue: string, ids: unknown) => void woken.push([queue, ids]),
    } as unknown as ApiDeps['waker'],
    scheduler: {
      schedule: async ({ requests: [request] }: { requests: [SchedulingRequest] }) => {
        asked.push(request);
        const cellIds = request.onlyCellId === null ? [EAST, WEST] : [request.onlyCellId];
        const candidates = cellIds
          .filter((id) => !request.ignoreCellIds.includes(id) && !full.includes(id))
          .flatMap((id) => placesIn(id, request.requestedHost, request.schedulerHints._different_host_names));
        const seen = { instanceUuid: uuid, candidates, refusals: [], hostsConsidered: 2, silentCells: [] };
        return { decisions: [{ ...seen, ...decision }] };
      },
    } as unknown as ApiDeps['scheduler'],
  });
});
beforeEach(async () => {
  const { directory } = api.deps;
  for (const table of ['instance_homes', 'operations', 'quota_usages', 'hold_changes'] as const) {
    await directory.write.deleteFrom(table).execute();
  }
  full = [];
  [state, silent, tooOld, decision, acted, asked, woken] = [{}, null, null, null, [], [], []];
  const build = aBuild({ projectId: PROJECT });
  uuid = build.uuid;
  await directory.transaction(async (tx) => {
    await takeQuota(tx, PROJECT, { instances: 1, cores: build.flavor.vcpus, ram: build.flavor.ramMb });
    await acceptBuilds(tx, [build], Date.now());
    await setHome(tx, uuid, { state: 'placed', cell_id: EAST, epoch: 2 }, Date.now());
  });
});
afterAll(() => api.close());

const migrate = async (to: unknown = null, version = '2.56', who = 'admin') => {
  const { status, body } = await api.send(who, `POST /servers/${uuid}/action`, version, { migrate: to });
  const fault: { message?: string } | undefined = body === null ? undefined : Object.values<object>(body)[0];
  return [status, fault?.message] as const;
};
const moves = () =>
  api.deps.directory.read
    .selectFrom('operations')
    .select(['id', 'params'])
    .where('kind', '=', MOVE_SERVER.kind)
    .execute();

it('without a host is a resize to the same flavor on another host of the cell', async () => {
  for (const [to, version] of [
    [null, '2.1'],
    [null, '2.56'],
    [{ host: null }, '2.56'],
    [{}, '2.104'],
    [{ host: 'east-1' }, '2.55'],
  ] as const) {
    acted = [];
    expect(await migrate(to, version), `${JSON.stringify(to)} in ${version}`).toEqual([202, undefined]);
    expect(acted).toEqual([
      {
        kind: 'resize',
        params: { flavor: instance().flavor, hostId: hosts[EAST]?.[1]?.id, alternates: [], label: 'migrate' },
      },
    ]);
  }
  expect(asked[0]).toMatchObject({ onlyCellId: null, sourceCellId: EAST });
  expect(asked[1]).toMatchObject({ onlyCellId: EAST, requestedHost: null });
  expect((await projectUsages(api.deps.directory.read, PROJECT)).cores).toBe(instance().flavor.vcpus);
  expect(await moves()).toEqual([]);
});

it('goes to the named host of its cell', async () => {
  expect(await migrate({ host: 'east-2' })).toEqual([202, undefined]);
  expect(acted[0]?.params.hostId).toBe(hosts[EAST]?.[1]?.id);
  expect(asked[0]?.requestedHost).toBe('east-2');
});

it('to a host of another cell is a move', async () => {
  expect(await migrate({ host: 'west-2' })).toEqual([202, undefined]);
  const [move] = await moves();
  expect(acted).toEqual([]);
  expect(woken).toEqual([[MOVE_SERVER.queue, [move?.id]]]);
  expect((await getHome(api.deps.directory.read, uuid))?.moving?.operationId).toBe(move?.id);
  expect(asked[0]).toMatchObject({ onlyCellId: WEST, requestedHost: 'west-2' });
  expect(await migrate({ host: 'west-2' })).toEqual([409, expect.stringContaining('already being moved')]);
});

it('of an admin goes to another cell when no host of its own can take it', async () => {
  full = [EAST];
  expect(await migrate()).toEqual([202, undefined]);
  const [move] = await moves();
  expect(acted).toEqual([]);
  expect(woken).toEqual([[MOVE_SERVER.queue, [move?.id]]]);
  expect(JSON.parse(move?.params ?? '{}')).toMatchObject({ uuid, fromCellId: EAST, toCellId: WEST, host: null });
});

it('finds no host when no cell has one, and stays in its cell for those who may not choose another', async () => {
  full = [EAST, WEST];
  expect(await migrate()).toEqual([400, expect.stringMatching(/^No valid host was found. 2 hosts of east considered/)]);
  full = [EAST];
  expect(await migrate(null, '2.56', 'manager')).toEqual([400, expect.stringContaining('No valid host was found')]);
  expect(await moves()).toEqual([]);
});

it('refuses with the words of Nova', async () => {
  expect(await migrate({ host: 'nowhere' })).toEqual([400, 'Compute host nowhere could not be found.']);
  expect(await migrate({ host: 'east-1' })).toEqual([
    400,
    expect.stringContaining('Cannot migrate to the host where the server exists.'),
  ]);
  for (const wrong of [{ host: '' }, { host: 'a b' }, { host: 3 }, { node: 'x' }, 'east-2']) {
    expect((await migrate(wrong))[0], JSON.stringify(wrong)).toBe(400);
  }
  state = { vmState: 'paused' };
  expect(await migrate()).toEqual([
    409,
    expect.stringContaining(`Cannot 'migrate' instance ${uuid} while it is in vm_state paused`),
  ]);
  state = {};
  const refusals = [
    { filter: 'different-host', reason: 'a server of the different_host hint runs on it', cellName: 'east', hosts: 1 },
    { filter: 'capacity', reason: 'not enough RAM', cellName: 'east', hosts: 1 },
  ];
  decision = { candidates: [], refusals };
  const why = '2 hosts of east considered (1: the server runs on it; 1: not enough RAM).';
  expect(await migrate()).toEqual([400, `No valid host was found. ${why}`]);
  expect((await migrate({ host: 'west-1' }))[0]).toBe(400);
  silent = 'west';
  expect((await migrate({ host: 'west-1' }))[0]).toBe(503);
  expect([acted, await moves()]).toEqual([[], []]);
});

it('is for admins', async () => {
  for (const who of ['member', 'reader']) expect((await migrate(null, '2.56', who))[0], who).toBe(403);
  // Without the role anywhere, nothing is looked for; with it, what belongs to others is not found.
  expect((await migrate(null, '2.56', 'outsider'))[0]).toBe(403);
  expect((await migrate(null, '2.56', 'otherManager'))[0]).toBe(404);
});

it('says which cell is too old for the action', async () => {
  tooOld = new VolvoxError('unsupported', 'The door does not know the action resize.');
  expect(await migrate()).toEqual([501, 'Cell east does not offer the action resize yet.']);
});
