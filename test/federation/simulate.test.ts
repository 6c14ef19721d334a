import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../deploy/client/views.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = promisify(execFile);

describe('volvox simulate in a region of two cells', () => {
  const region = useTestRegion({ cells: 2, simulatedHosts: 4 }, 180_000, async (used) => {
    const servers = await Promise.all([1, 2, 3, 4].map((at) => used.createServer(`server-${at}`)));
    await Promise.all(servers.map((id) => used.untilActive(id)));
    const huge = { id: 'huge', name: 'huge', vcpus: 1, ram: 4_000_000, disk: 1 };
    await used.admin.call('compute', 'POST /flavors', { body: { flavor: huge } });
  });

  const volvox = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, OS_CLIENT_CONFIG_FILE: region.region.home.cloudsYaml };
    return (await run('node', ['deploy/volvox.mjs', '--os-cloud', 'volvox-admin', ...args], { env })).stdout;
  };
  const simulated = async (...flags: string[]) =>
    JSON.parse(await volvox('--json', 'simulate', ...flags)) as Simulation;
  const serversOf = async (cell: string): Promise<number> => {
    const { servers } = await region.admin.call('compute', 'GET /servers/detail', { query: { all_tenants: '1' } });
    return servers.filter((server) => server['OS-EXT-SRV-ATTR:host']?.startsWith(`${cell}-`)).length;
  };

  it('shows how the cells stand, and that the other cell takes the servers of a lost one', async () => {
    const now = await simulated();
    expect(now).toMatchObject({ replayed: 0, unplaced: { before: 0, after: 0 }, flavors: [{ servers: 4 }] });
    for (const { cellName, before, after } of now.cells) {
      const servers = await serversOf(cellName);
      expect(before).toMatchObject({ hosts: 2, servers, headroom: servers === 0 ? null : 1 });
      expect(after).toEqual(before);
    }
    const lost = await simulated('--lose-cell', 'cell-1');
    const moved = await serversOf('cell-1');
    expect(lost).toMatchObject({ replayed: moved, fit: moved, cells: [{ after: null }, { after: { servers: 4 } }] });
    expect(await serversOf('cell-1')).toBe(moved);
    const text = await volvox('simulate', '--lose-cell', 'cell-1');
    expect(text).toMatch(/^CELL +HOSTS +SERVERS +HEADROOM +FREE M1.NANO$/m);
    expect(text).toMatch(/^cell-1 +2 → lost/m);
  }, 90_000);

  it('tells whether more hosts would take a server that was refused', async () => {
    const flags = ['--flavor', 'huge', '--image', 'volvox-guest'];
    const { id } = JSON.parse(await volvox('--json', 'server', 'create', 'refused', ...flags)) as { id: string };
    await waitUntil('the server to fail', async () => (await region.server(id)).status === 'ERROR');
    const without = await simulated('--add-hosts', '1', '--cell', 'cell-2');
    expect(without).toMatchObject({ replayed: 1, fit: 0, unplaced: { before: 1, after: 1 } });
    expect(without.why).toMatchObject([{ filters: 'capacity-RAM', servers: 1 }]);
    const added = ['--add-hosts', '2', '--cell', 'cell-2', '--memory', '5000000'];
    expect(await simulated(...added)).toMatchObject({
      ...{ replayed: 1, fit: 1, unplaced: { before: 1, after: 0 } },
      cells: [{ after: { hosts: 2 } }, { before: { hosts: 2 }, after: { hosts: 4 } }],
    });
    expect(await simulated('--weights', 'ram=-1')).toMatchObject({ replayed: 5, fit: 4 });
    await expect(volvox('simulate', '--lose-cell', 'cell-9')).rejects.toThrow('loseCell: there is no cell cell-9');
  }, 90_000);
});
