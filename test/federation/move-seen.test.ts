import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ListedServer } from '../../deploy/client/views.ts';
import { askForServer, hostsOf, partsOf } from '../support/many-servers.ts';
import { moveTo } from '../support/moved/move.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

/** What a look needs of a server, listed or alone. */
type Seen = Pick<ListedServer, 'id'> & Partial<Pick<ListedServer, 'status' | 'OS-EXT-SRV-ATTR:host'>>;

/** How long between two looks, ms. */
const PAUSE_MS = 20;

describe('a server that moves between cells', () => {
  let mover: string;
  let other: string;
  const region = useTestRegion({ cells: 2, simulatedHosts: 2 }, 180_000, async ({ admin, untilActive }) => {
    const parts = await partsOf(admin);
    const on = async (cell: string) => {
      const [host] = await waitUntil(`hosts of ${cell}`, () => hostsOf(admin, cell).catch(() => null));
      if (host === undefined) throw new Error(`${cell} has no host`);
      return { ...parts, host };
    };
    mover = await askForServer(admin, await on('cell-1'), 'mover');
    other = await askForServer(admin, await on('cell-2'), 'other');
    await Promise.all([untilActive(mover), untilActive(other)]);
  });

  const page = (query: string) =>
    region.admin.call('compute', 'GET /servers/detail', { query: Object.fromEntries(new URLSearchParams(query)) });
  /** What the pages of one server each show together. */
  const paged = async (): Promise<Seen[]> => {
    const seen: Seen[] = [];
    for (let query = '?limit=1'; query !== ''; ) {
      const { servers, servers_links: links } = await page(query);
      seen.push(...servers);
      query = links?.[0] === undefined ? '' : new URL(links[0].href).search;
    }
    return seen;
  };

  it('is one server in one place, in every list and alone, all the time', async () => {
    const wrong: string[] = [];
    const statuses = new Set<string>();
    const cellsSeen: string[] = [];
    let looks = 0;
    const ended = { is: false };
    const lists: Readonly<Record<string, () => Promise<readonly Seen[]>>> = {
      'of its project': async () => (await page('')).servers,
      'of all projects': async () => (await page('?all_tenants=1')).servers,
      'by task state': async () => (await page('?sort_key=task_state&sort_dir=asc')).servers,
      'by host': async () => (await page('?sort_key=host&sort_dir=desc')).servers,
      'in pages': paged,
      'by itself': async () => [await region.server(mover), { id: other }],
    };
    const look = async (): Promise<void> => {
      while (!ended.is) {
        for (const [name, list] of Object.entries(lists)) {
          const seen = await list();
          const ids = seen.map(({ id }) => id).sort();
          if (ids.join() !== [mover, other].sort().join()) wrong.push(`${name}: ${ids.join()}`);
          const { status, 'OS-EXT-SRV-ATTR:host': host } = seen.find(({ id }) => id === mover) ?? {};
          if (status !== undefined) statuses.add(status);
          const cell = host?.slice(0, 6);
          if (cell !== undefined && cellsSeen.at(-1) !== cell) cellsSeen.push(cell);
        }
        looks += 1;
        await delay(PAUSE_MS);
      }
    };
    const looking = look();
    try {
      for (const cell of ['cell-2', 'cell-1', 'cell-2']) {
        expect((await moveTo(region.admin, mover, cell)).move).toMatchObject({ state: 'done', message: null });
      }
    } finally {
      ended.is = true;
      await looking;
    }
    expect(wrong).toEqual([]);
    expect([...statuses].sort()).toEqual(['ACTIVE', 'MIGRATING']);
    expect(cellsSeen, 'it never seems to go back').toEqual(['cell-1', 'cell-2', 'cell-1', 'cell-2']);
    expect(looks).toBeGreaterThan(10);
  }, 180_000);
});
