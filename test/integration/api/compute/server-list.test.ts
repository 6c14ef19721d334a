import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstancePage } from '#platform/contracts/door.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { BadAnswer } from '#platform/rpc/bad-answer.ts';
import { createCaches } from '../../../../api/caches.ts';
import { matchesFilter } from '../../../../api/compute/servers/list/matches-filter.ts';
import { compareInstances, compareValues, sortValues } from '../../../../api/compute/servers/list/sort-instances.ts';
import { unplacedInstance } from '../../../../api/compute/servers/unplaced-instance.ts';
import type { CellDoor, CellDoors } from '../../../../api/cross-cell/cell-doors.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

/** A cell in memory behind the door's contract, as far as lists and show need it. */
interface MemoryCell {
  readonly id: string;
  readonly name: string;
  readonly instances: Instance[];
  /** What moves here: answers, and is in no list. */
  readonly arriving: Instance[];
  /** answers; refuses the connection; says nothing until the deadline; has released its servers; or answers about more than 100 with more than may be read. */
  mood: 'answers' | 'down' | 'hangs' | 'has-released' | 'is-verbose';
  asked: number;
}

const aCell = (name: string): MemoryCell => ({
  id: randomUUID(),
  name,
  instances: [],
  arriving: [],
  mood: 'answers',
  asked: 0,
});

const TOO_LONG = new BadAnswer('it has more bytes than it may have');

/** What the doors were asked for. */
const asksForUserData: (boolean | undefined)[] = [];

function doorOf(cell: MemoryCell): CellDoor {
  const ready = async (deadlineMs = 5_000): Promise<void> => {
    cell.asked += 1;
    if (cell.mood === 'down') throw new VolvoxError('unavailable', `${cell.name} cannot be reached.`);
    if (cell.mood === 'hangs') {
      await delay(deadlineMs);
      throw new VolvoxError('deadline-exceeded', `${cell.name} did not answer in time.`);
    }
  };
  const door = {
    listInstances: async (page: InstancePage, options: { deadlineMs?: number }) => {
      const { filter, sort, after, limit } = page;
      asksForUserData.push(page.withUserData);
      await ready(options.deadlineMs);
      const instances = cell.instances
        .filter((one) => matchesFilter(filter, one))
        .filter((one) => new RegExp(filter.nameRegex ?? '', 'i').test(one.name))
        .filter((one) => after === null || compareValues(sortValues(one, sort), after, sort) > 0)
        .sort(compareInstances(sort))
        .slice(0, limit);
      if (cell.mood === 'is-verbose' && limit > 100) throw new VolvoxError('unavailable', '', { cause: TOO_LONG });
      return { instances };
    },
    getInstance: async ({ uuid }: { uuid: string }, options: { deadlineMs?: number }) => {
      await ready(options.deadlineMs);
      if (cell.mood === 'has-released') throw new VolvoxError('moved', 'It is placed in another cell.');
      const found = [...cell.instances, ...cell.arriving].find((one) => one.uuid === uuid);
      if (found === undefined) throw new VolvoxError('not-found', 'no such instance');
      return found;
    },
  } as unknown as CellDoor['door'];
  return { id: cell.id, name: cell.name, url: '', enabled: true, door };
}

const cells = [aCell('east'), aCell('west'), aCell('empty')] as const;
const [east, west, empty] = cells;
let api: ComputeApp;

beforeAll(async () => {
  const doors = cells.map(doorOf);
  const find = (id: string) => doors.find((door) => door.id === id);
  const cellDoors = { all: () => doors, find, of: find };
  api = await createComputeApp({ cells: cellDoors as unknown as CellDoors, caches: createCaches() });
  for (let index = 0; index < 30; index++) await aServer(index, index % 2 === 0 ? east : west);
  await aServer(30, null);
});
afterAll(async () => api?.close());

/** In a cell, or accepted and in none; created a second after the one before. */
async function aServer(index: number, cell: MemoryCell | null): Promise<string> {
  const createdAt = new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();
  const name = `server-${String(index).padStart(2, '0')}`;
  const build = aBuild({ projectId: PROJECT, userId: 'fake', name, createdAt });
  const { directory } = api.deps;
  await directory.transaction(async (tx) => {
    await acceptBuilds(tx, [build], Date.parse(createdAt));
    if (cell !== null) await setHome(tx, build.uuid, { state: 'placed', cell_id: cell.id }, Date.now());
  });
  const home = { uuid: build.uuid, projectId: PROJECT, userId: 'fake', name, cellId: null, placingCellId: null };
  cell?.instances.push({
    ...unplacedInstance({
      ...home,
      state: 'accepted',
      epoch: 1,
      moving: null,
      deleteRequested: false,
      buildRevision: 0,
      fault: null,
      vcpus: 1,
      ramMb: 1,
      createdAt,
      updatedAt: createdAt,
      deletedAt: null,
      build,
    }),
    cellName: cell.name,
    vmState: 'active',
    taskState: null,
  });
  return build.uuid;
}

interface Brief {
  readonly id: string;
  readonly name?: string;
  readonly status?: string;
}
const list = async (query = '', version: string | null = '2.96', who = 'member') => {
  const { status, body, headers } = await api.send(who, `GET /servers${query}`, version);
  expect(status).toBe(200);
  const servers: readonly Brief[] = body.servers;
  return { servers, names: servers.map(({ name }) => name), links: body.servers_links, headers };
};
/** The ids of all pages together. */
async function paged(first: string): Promise<string[]> {
  const seen: string[] = [];
  for (let query = first; query !== ''; ) {
    const { servers, links } = await list(query, '2.96', 'admin');
    seen.push(...servers.map(({ id }) => id));
    query = links?.[0] === undefined ? '' : new URL(links[0].href).search;
  }
  return seen;
}
function only({ instances: [instance] }: MemoryCell): Instance {
  if (instance === undefined) throw new Error('the cell has no instance');
  return instance;
}
const newestFirst = Array.from({ length: 31 }, (_, index) => `server-${String(30 - index).padStart(2, '0')}`);

describe('a list over cells', () => {
  it('is in one order, builds without a cell among the rest', async () => {
    expect((await list()).names).toEqual(newestFirst);
    const sorted = await list('?sort_key=display_name&sort_dir=asc');
    expect(sorted.names).toEqual([...newestFirst].reverse());
  });

  const askedBy = async (query: string, who = 'member') => {
    const before = cells.map(({ asked }) => asked);
    await list(query, '2.96', who);
    return cells.map(({ asked }, at) => asked - (before[at] ?? 0));
  };

  it('asks only the cells that have servers of the page where the directory decides it', async () => {
    expect(await askedBy('')).toEqual([1, 1, 0]);
    expect(await askedBy('?all_tenants=1', 'admin')).toEqual([1, 1, 0]);
    expect(await askedBy('?limit=1'), 'a build in no cell').toEqual([0, 0, 0]);
    const [, , third] = (await list('?limit=3')).servers;
    expect(await askedBy(`?limit=1&marker=${third?.id}`), 'server-27').toEqual([0, 1, 0]);
    expect(await askedBy('?limit=1&sort_key=created_at&sort_dir=asc'), 'server-00').toEqual([1, 0, 0]);
    expect(await askedBy(`?uuid=${west.instances[0]?.uuid}`, 'admin')).toEqual([0, 1, 0]);
    expect(await askedBy('?user_id=nobody')).toEqual([0, 0, 0]);
  });

  it('asks the cells that have servers of the project where cells decide', async () => {
    expect(await askedBy('?limit=1&sort_key=display_name')).toEqual([1, 1, 0]);
    expect(await askedBy('?limit=1&status=active')).toEqual([1, 1, 0]);
    expect(await askedBy('?status=active&all_tenants=1', 'admin')).toEqual([1, 1, 1]);
  });

  it('fills a page up when its servers are gone in their cells, or are soft-deleted there', async () => {
    const gone = west.instances.splice(-12);
    const soft = east.instances.slice(-3);
    const was = [...east.instances];
    east.instances.splice(-3, 3, ...soft.map((one) => ({ ...one, vmState: 'soft-delete' as const })));
    const hidden = new Set([...gone, ...soft].map(({ name }) => name));
    const shown = newestFirst.filter((name) => !hidden.has(name));
    for (const limit of [1, 2, 5, 31]) {
      const { names, links } = await list(`?limit=${limit}`);
      expect([limit, names]).toEqual([limit, shown.slice(0, limit)]);
      expect(links !== undefined).toBe(limit < 31);
    }
    west.instances.push(...gone);
    east.instances.splice(0, east.instances.length, ...was);
  });

  it('asks the cells when very many are gone in theirs', async () => {
    const kept = east.instances.splice(2);
    const gone = west.instances.splice(0);
    const { names } = await list('?limit=2');
    expect(names).toEqual(['server-30', 'server-02']);
    expect(await paged('?limit=1')).toHaveLength(3);
    east.instances.push(...kept);
    west.instances.push(...gone);
  });

  it('shows nothing of other projects', async () => {
    expect((await list('', '2.96', 'outsider')).names).toEqual([]);
    expect((await list('?all_tenants=1', '2.96', 'admin')).names).toHaveLength(31);
  });

  it('pages through everything once, whatever the page', async () => {
    for (const limit of [1, 7, 31]) {
      const seen: (string | undefined)[] = [];
      let query = `?limit=${limit}`;
      while (query !== '') {
        const { names, links } = await list(query);
        seen.push(...names);
        const href: string = links?.[0].href ?? '';
        query = href.slice(href.indexOf('?') === -1 ? href.length : href.indexOf('?'));
      }
      expect(seen).toEqual(newestFirst);
    }
  });

  it('filters', async () => {
    expect((await list('?name=server-0[0-4]')).names).toHaveLength(5);
    expect((await list('?name=^SERVER-(29|30)$')).names).toEqual(['server-30', 'server-29']);
    expect((await api.send('member', 'GET /servers?name=%5B%5B:nonsense:%5D', '2.96')).status).toBe(400);
    expect((await list('?status=build')).names).toEqual(['server-30']);
    expect((await list('?status=active')).names).toHaveLength(30);
    expect((await list('?locked=false')).names).toHaveLength(31);
    expect((await api.send('member', 'GET /servers?locked=maybe', '2.73')).status).toBe(400);
  });
});

describe('a pattern made to take for ever', () => {
  it('delays nobody', async () => {
    const build = aBuild({ projectId: PROJECT, userId: 'fake', name: `${'a'.repeat(60)}!` });
    await api.deps.directory.transaction((tx) => acceptBuilds(tx, [build], Date.UTC(2025, 0, 1)));
    const begun = performance.now();
    await api.send('member', `GET /servers?name=${encodeURIComponent('^(a+)+$')}`, '2.96');
    expect(performance.now() - begun).toBeLessThan(5_000);
    await api.deps.directory.transaction((tx) => setHome(tx, build.uuid, { state: 'deleted' }, Date.now()));
  });
});

describe('deleted servers', () => {
  it('are markers wherever they are shown', async () => {
    const uuid = await aServer(40, east);
    const instance = east.instances.pop();
    if (instance === undefined) throw new Error('no instance');
    const at = '2026-03-01T00:00:00Z';
    east.instances.push({ ...instance, vmState: 'deleted', deletedAt: at, updatedAt: at });
    const write = (values: Parameters<typeof setHome>[2]) =>
      api.deps.directory.transaction((tx) => setHome(tx, uuid, values, Date.now()));
    await write({ state: 'deleted', deleted_at: '2026-03-01 00:00:00' });
    const changes = '?changes-since=2025-01-01T00:00:00Z';
    const seen = await paged(`${changes}&limit=1`);
    expect(seen.length).toBeGreaterThan(31);
    expect(seen).toContain(uuid);
    expect((await api.send('member', `GET /servers?marker=${uuid}`, '2.96')).status).toBe(400);
    expect((await api.send('outsider', `GET /servers${changes}&marker=${uuid}`, '2.96')).status).toBe(400);
    east.instances.pop();
    await write({ cell_id: null, state: 'buried' });
    await write({ state: 'deleted', updated_at: '2020-01-01 00:00:00' });
  });
});

describe('user data', () => {
  it('travels only in full lists of those who see it', async () => {
    const before = asksForUserData.length;
    await list();
    await api.send('member', 'GET /servers/detail', '2.96');
    await api.send('admin', 'GET /servers', '2.96');
    await api.send('admin', 'GET /servers/detail', '2.2');
    expect(asksForUserData.slice(before)).not.toContain(true);
    await api.send('admin', 'GET /servers/detail', '2.3');
    expect(asksForUserData.at(-1)).toBe(true);
  });
});

describe('a cell that does not answer', () => {
  const withEast = async <T>(mood: MemoryCell['mood'], work: () => Promise<T>): Promise<T> => {
    east.mood = mood;
    try {
      return await work();
    } finally {
      east.mood = 'answers';
    }
  };

  it('is named, and its servers are UNKNOWN from 2.69, in their places', async () => {
    await withEast('down', async () => {
      const { servers, headers } = await list();
      expect(headers['x-volvox-silent-cells']).toBe('east');
      expect(servers).toHaveLength(31);
      expect(servers[0]?.name).toBe('server-30');
      expect(servers[2]).toEqual({
        id: east.instances.at(-1)?.uuid,
        name: 'server-28',
        status: 'UNKNOWN',
        links: expect.anything(),
      });
      const detail = await api.send('member', 'GET /servers/detail', '2.96');
      expect(detail.body.servers[2]).toMatchObject({
        status: 'UNKNOWN',
        tenant_id: PROJECT,
        created: '2026-01-01T00:00:28Z',
      });
    });
  });

  it('has its servers found by name, as the directory knows it', async () => {
    await withEast('down', async () => {
      expect((await list('?name=^server-28$')).servers).toMatchObject([{ name: 'server-28', status: 'UNKNOWN' }]);
      expect((await list('?name=^server-99$')).servers).toEqual([]);
    });
  });

  it('is left out before 2.69, and where its servers would have to be asked', async () => {
    await withEast('down', async () => {
      const old = await list('', '2.68');
      expect(old.servers).toHaveLength(16);
      expect(old.headers['x-volvox-silent-cells']).toBe('east');
      expect((await list('?status=active')).servers).toHaveLength(15);
    });
  });

  it('shows rows with every member that other rows have, from what the directory knows', async () => {
    const healthy = await api.send('member', 'GET /servers/detail', '2.96');
    const uuid = east.instances.at(-1)?.uuid;
    const known = healthy.body.servers.find(({ id }: Brief) => id === uuid);
    await withEast('down', async () => {
      const { body } = await api.send('member', 'GET /servers/detail', '2.96');
      const row = body.servers.find(({ id }: Brief) => id === uuid);
      const missing = Object.keys(known).filter((name) => !(name in row) && name !== 'progress');
      expect(missing).toEqual([]);
      for (const name of ['name', 'flavor', 'image', 'addresses', 'metadata', 'key_name', 'security_groups', 'user_id'])
        expect([name, row[name]]).toEqual([name, known[name]]);
    });
  });

  it('is no empty list when nobody answers who could have a part of it', async () => {
    for (const cell of cells) cell.mood = 'down';
    const none = await api.send('admin', 'GET /servers?all_tenants=1&name=of-a-silent-cell', '2.68');
    const undecidable = await api.send('admin', 'GET /servers?all_tenants=1&status=SHUTOFF', '2.96');
    for (const cell of cells) cell.mood = 'answers';
    for (const { status, body } of [none, undecidable])
      expect([status, body.serviceUnavailable?.message]).toEqual([
        503,
        'These cells do not answer: east, west, empty.',
      ]);
  });

  it('is no empty list before 2.69 when the directory knows a server of it', async () => {
    const behind = west.instances[0]?.uuid;
    await withEast('down', async () => {
      for (const query of ['?name=^server-28$', `?limit=2&marker=${behind}`]) {
        const { status, body } = await api.send('member', `GET /servers${query}`, '2.1');
        expect([query, status, body.serviceUnavailable?.message]).toEqual([
          query,
          503,
          'These cells do not answer: east.',
        ]);
      }
      expect((await list('?name=^server-99$', '2.1')).servers).toEqual([]);
      expect((await list('?name=^server-29$', '2.1')).names).toEqual(['server-29']);
    });
  });

  it('is no empty list when a client looks by name for what it could not read by id', async () => {
    const there = east.instances[0]?.uuid ?? '';
    await withEast('down', async () => {
      for (const version of ['2.1', '2.68'])
        expect((await api.send('member', `GET /servers?name=${there}`, version)).status).toBe(503);
      expect((await list(`?name=${randomUUID()}`, '2.1')).servers).toEqual([]);
    });
    expect((await list(`?name=${there}`, '2.1')).servers).toEqual([]);
  });

  it('says so where a page goes on behind one of its servers, rather than to end the list', async () => {
    const marker = east.instances.at(-1)?.uuid;
    await withEast('down', async () => {
      const byName = `GET /servers?limit=2&marker=${marker}&sort_key=display_name`;
      const old = await api.send('member', byName, '2.68');
      expect([old.status, old.body.serviceUnavailable?.message]).toEqual([
        503,
        'The cell of this server (east) does not answer now.',
      ]);
      const now = await list(`?limit=2&marker=${marker}`);
      expect(now.names).toEqual(['server-27', 'server-26']);
      const byTime = await list(`?limit=2&marker=${marker}`, '2.68');
      expect(byTime.names, 'the directory knows where it goes on').toEqual(['server-27', 'server-25']);
      expect(byTime.headers['x-volvox-silent-cells']).toBe('east');
    });
  });

  it('delays a list by less than a second', async () => {
    await withEast('hangs', async () => {
      const begun = performance.now();
      const { servers } = await list();
      expect(performance.now() - begun).toBeLessThan(1_000);
      expect(servers).toHaveLength(31);
    });
  });

  it('shows what is known of one server', async () => {
    const uuid = east.instances[0]?.uuid;
    await withEast('down', async () => {
      const { status, body } = await api.send('member', `GET /servers/${uuid}`, '2.96');
      expect(status).toBe(200);
      expect(body.server).toMatchObject({ id: uuid, status: 'UNKNOWN', 'OS-EXT-STS:power_state': 0, user_id: 'fake' });
      expect((await api.send('member', `GET /servers/${uuid}`, '2.68')).status).toBe(503);
    });
  });
});

describe('a server that moved', () => {
  it('is found at its new home, although the old one is remembered', async () => {
    const [instance] = east.instances.splice(3, 1);
    if (instance === undefined) throw new Error('no instance');
    east.instances.push(instance);
    expect((await api.send('member', `GET /servers/${instance.uuid}`, '2.96')).status).toBe(200);
    east.instances.pop();
    west.instances.push({ ...instance, epoch: 2 });
    await api.deps.directory.transaction((tx) =>
      setHome(tx, instance.uuid, { cell_id: west.id, epoch: 2 }, Date.now()),
    );
    const { status, body } = await api.send('member', `GET /servers/${instance.uuid}`, '2.96');
    expect(status).toBe(200);
    expect(body.server.name).toBe(instance.name);
    expect(api.deps.caches.homes.get(instance.uuid)).toMatchObject({ cellId: west.id, epoch: 2 });
  });

  it('is in every list once, from the hand-over to the end of the move, whichever cells answer', async () => {
    const uuid = await aServer(-1, empty);
    const [source] = empty.instances;
    if (source === undefined) throw new Error('no instance');
    const shownStates = async () => {
      const shown = (await api.send('admin', 'GET /servers/detail?sort_key=task_state', '2.96')).body.servers;
      const one = (await api.send('member', `GET /servers/${uuid}`, '2.96')).body.server;
      const states = (server: Brief) => [server.status, Reflect.get(server, 'OS-EXT-STS:task_state')];
      return [...shown.filter(({ id }: Brief) => id === uuid), one].map(states);
    };
    const ACTIVE = ['ACTIVE', null];
    expect((await api.send('member', `GET /servers/${uuid}`, '2.96')).status, 'and its home is remembered').toBe(200);
    empty.instances[0] = { ...source, taskState: 'migrating' };
    const move = { moving_operation_id: randomUUID(), moving_cell_id: west.id, moving_epoch: 2 };
    const write = (values: Parameters<typeof setHome>[2]) =>
      api.deps.directory.transaction((tx) => setHome(tx, uuid, values, Date.now()));
    await write(move);
    await write({ cell_id: west.id, epoch: 2 });
    expect(
      (await list()).names.filter((name) => name === source.name),
      'not shown by its new cell yet',
    ).toHaveLength(1);
    empty.mood = 'down';
    const silent = (await list()).servers.filter(({ id }) => id === uuid);
    expect(silent, 'and the old one is gone').toMatchObject([{ status: 'UNKNOWN' }]);
    empty.mood = 'answers';
    const arrived = { ...source, epoch: 2, cellName: west.name, taskState: null };
    west.instances.push(arrived);
    expect(await shownStates()).toEqual([ACTIVE, ACTIVE]);
    empty.instances.pop();
    expect(await shownStates()).toEqual([ACTIVE, ACTIVE]);
    await write({ moving_operation_id: null, moving_cell_id: null, moving_epoch: null });
    expect(await shownStates()).toEqual([ACTIVE, ACTIVE]);
    west.instances.pop();
    await write({ state: 'deleted' });
  });

  it('is on one page, whatever the list is sorted by, at each stage of the move and whichever cells answer', async () => {
    const uuid = await aServer(15, empty);
    const old = {
      ...only(empty),
      host: 'host-m',
      taskState: 'migrating',
      updatedAt: '2026-01-01T00:00:14.5Z',
    } as const;
    empty.instances[0] = old;
    const moved = { host: 'host-a', updatedAt: '2026-02-01T00:00:00Z', taskState: null };
    const arrived = { ...old, ...moved, epoch: 2, cellName: west.name };
    const write = (values: Parameters<typeof setHome>[2]) =>
      api.deps.directory.transaction((tx) => setHome(tx, uuid, values, Date.now()));
    const sorts = ['host', 'updated_at', 'task_state', 'created_at', 'display_name'];
    const listings = sorts.flatMap((key) => ['asc', 'desc'].map((dir) => `sort_key=${key}&sort_dir=${dir}`));
    const everywhere = async (stage: string) => {
      for (const order of listings) {
        for (const limit of [1, 4]) {
          const seen = await paged(`?limit=${limit}&${order}`);
          expect(
            seen.filter((id) => id === uuid),
            `${stage}, ${order}, ${limit} a page`,
          ).toHaveLength(1);
          expect(new Set(seen).size, `${stage}, ${order}, ${limit} a page: the others`).toBe(32);
        }
      }
    };
    await write({ moving_operation_id: randomUUID(), moving_cell_id: west.id, moving_epoch: 2 });
    await everywhere('before the hand-over');
    west.instances.push(arrived);
    await everywhere('handed over while the list is made');
    west.instances.pop();
    west.arriving.push(arrived);
    await write({ cell_id: west.id, epoch: 2 });
    await everywhere('not shown by its new cell');
    west.mood = 'down';
    await everywhere('not shown by its new cell, which is silent');
    west.mood = 'answers';
    west.instances.push(...west.arriving.splice(0));
    await everywhere('shown by both');
    expect((await list('?host=host-m', '2.96', 'admin')).names).toEqual([]);
    expect((await list('?host=host-a', '2.96', 'admin')).names).toEqual([old.name]);
    east.mood = 'down';
    await everywhere('shown by both, and a third one is silent');
    east.mood = 'answers';
    empty.instances.pop();
    await everywhere('shown by its new cell');
    await write({ moving_operation_id: null, moving_cell_id: null, moving_epoch: null });
    await everywhere('moved');
    west.instances.pop();
    await write({ state: 'deleted' });
  }, 60_000);

  it('costs no question more, unless there is one', async () => {
    const asked = async (query = '') => {
      const before = [east.asked, west.asked, empty.asked];
      await list(query);
      return [east, west, empty].map((cell, at) => cell.asked - (before[at] ?? 0));
    };
    expect(await asked()).toEqual([1, 1, 0]);
    const [server] = west.instances;
    const write = (values: Parameters<typeof setHome>[2]) =>
      api.deps.directory.transaction((tx) => setHome(tx, server?.uuid ?? '', values, Date.now()));
    await write({ moving_operation_id: randomUUID() });
    expect(await asked(), 'a move that is only accepted').toEqual([1, 1, 0]);
    await write({ moving_cell_id: west.id });
    expect(await asked(), 'one that was handed over, and is shown').toEqual([1, 2, 0]);
    expect(await asked('?sort_key=display_name'), 'and cells decide').toEqual([1, 2, 1]);
    await write({ moving_operation_id: null, moving_cell_id: null });
  });

  it('shows BUILD after its cell has released it and before another cell has it', async () => {
    const uuid = east.instances[0]?.uuid;
    east.mood = 'has-released';
    const { status, body } = await api.send('member', `GET /servers/${uuid}`, '2.96');
    east.mood = 'answers';
    expect([status, body.server?.status]).toEqual([200, 'BUILD']);
  });

  it('is not there for others', async () => {
    const uuid = west.instances[0]?.uuid;
    expect((await api.send('outsider', `GET /servers/${uuid}`, '2.96')).status).toBe(404);
    expect((await api.send('outsider', `DELETE /servers/${uuid}`)).status).toBe(404);
    expect((await api.send('reader', `DELETE /servers/${uuid}`)).status).toBe(403);
  });
});

describe('servers that have become larger than those before', () => {
  it('are asked for a few at a time when their cell would have to say too much at once', async () => {
    for (let index = 40; index < 160; index++) await aServer(index, east);
    const small = await list('?limit=1000');
    expect(small.names.length).toBeGreaterThan(120);
    east.mood = 'is-verbose';
    const before = east.asked;
    const large = await list('?limit=1000');
    east.mood = 'answers';
    expect(large.names).toEqual(small.names);
    expect(large.headers['x-volvox-silent-cells']).toBeUndefined();
    expect(east.asked - before).toBeGreaterThan(2);
  });
});
