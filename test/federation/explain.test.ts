import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ExplainedServer } from '../../deploy/client/views.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = promisify(execFile);

describe('volvox explain in a region of two cells', () => {
  const region = useTestRegion({ cells: 2, simulatedHosts: 4 }, 180_000, async ({ admin }) => {
    const huge = { id: 'huge', name: 'huge', vcpus: 1, ram: 4_000_000, disk: 1 };
    await admin.call('compute', 'POST /flavors', { body: { flavor: huge } });
    const path = { project: await ownersProject(admin) };
    await admin.call('compute', 'PUT /os-quota-sets/{project}', { path, body: { quota_set: { ram: -1 } } });
  });
  const ownersProject = async (admin: (typeof region)['admin']): Promise<string> => {
    const { projects } = await admin.call('identity', 'GET /v3/projects', { query: { name: 'demo' } });
    return projects[0]?.id ?? '';
  };

  const volvox = async (cloud: 'volvox' | 'volvox-admin', ...args: string[]): Promise<string> => {
    const env = { ...process.env, OS_CLIENT_CONFIG_FILE: region.region.home.cloudsYaml };
    return (await run('node', ['deploy/volvox.mjs', '--os-cloud', cloud, ...args], { env })).stdout;
  };
  /** A server of the owner's project. */
  const create = async (name: string, flavor: string): Promise<string> => {
    const flags = ['--flavor', flavor, '--image', 'volvox-guest'];
    const { id } = JSON.parse(await volvox('volvox', '--json', 'server', 'create', name, ...flags)) as { id: string };
    return id;
  };
  const explained = async (id: string) =>
    JSON.parse(await volvox('volvox-admin', '--json', 'explain', id)) as ExplainedServer;

  it('tells operators of a server that was built where it went and how many hosts passed', async () => {
    const id = await create('built', 'm1.tiny');
    const { 'OS-EXT-SRV-ATTR:host': host } = await region.untilActive(id);
    const { server, decision } = await explained(id);
    expect(server).toMatchObject({ id, name: 'built', state: 'placed' });
    expect(decision).toMatchObject({
      chosen: { cellName: server.cell, hostName: host },
      ...{ hostsConsidered: 4, hostsPassed: 4, refusals: [], nearest: [] },
    });
    expect(await volvox('volvox-admin', 'explain', 'built')).toMatch(
      new RegExp(`chosen +${host} \\(${server.cell}\\)\\n.*\\nhosts +4 considered, 4 passed`),
    );
  }, 90_000);

  it('tells operators of a refused server what each cell refused and which hosts are nearest, and its owner the counts', async () => {
    const id = await create('refused', 'huge');
    await waitUntil('the server to fail', async () => (await region.server(id)).status === 'ERROR');
    const { hosts } = await region.admin.call('federation', 'GET /v1/hosts');
    const most = Math.max(...hosts.map(({ capacity }) => capacity.ramMb));
    const { server, decision } = await explained(id);
    expect(server).toMatchObject({ state: 'buried', cell: null });
    expect(decision).toMatchObject({ chosen: null, hostsConsidered: 4, hostsPassed: 0 });
    expect(decision?.byFilter).toEqual([{ filter: 'capacity-RAM', hosts: 4 }]);
    expect(decision?.byCell).toEqual(['cell-1', 'cell-2'].map((cellName) => ({ cellName, hosts: 2 })));
    expect(decision?.nearest).toHaveLength(3);
    const reason = `${4_000_000 - most} MB of RAM too few`;
    for (const { hostName, misses } of decision?.nearest ?? []) {
      expect(hosts.map(({ name }) => name)).toContain(hostName);
      expect(misses).toMatchObject([{ filter: 'capacity-RAM', reason }]);
    }
    const told = await volvox('volvox-admin', 'explain', 'refused');
    expect(told).toContain(`${decision?.nearest[0]?.hostName}`);
    expect(told).toMatch(/2 +cell-2 +capacity-RAM/);

    const own = await volvox('volvox', 'explain', 'refused');
    expect(own).toContain('No valid host was found. 4 hosts considered (4: it has less RAM than requested).');
    expect(own).toContain(`Nearest misses: ${reason}.`);
    for (const { name } of hosts) expect(own).not.toContain(name);
    expect(own).not.toMatch(/cell-\d/);
  }, 90_000);
});
