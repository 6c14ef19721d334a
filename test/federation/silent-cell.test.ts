import { describe, expect, it } from 'vitest';
import { NEWEST_MINOR } from '../../api/compute/microversions.ts';
import type { Apis } from '../../deploy/client/operations.ts';
import type { ListedServer } from '../../deploy/client/views.ts';
import type { Server } from '../support/test-region.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('a cell whose conductor is stopped', () => {
  let servers: Server[];
  const region = useTestRegion({ cells: 2, simulatedHosts: 6 }, 180_000, async (region) => {
    const ids: string[] = [];
    for (let index = 0; index < 8; index++) ids.push(await region.createServer(`server-${index}`));
    servers = await Promise.all(ids.map((id) => region.untilActive(id)));
  });

  const inCell = (name: string): Server[] =>
    servers.filter((server) => server['OS-EXT-SRV-ATTR:host']?.startsWith(`${name}-`));

  /** As a client sees it: with the headers. */
  const list = async (): Promise<{ ms: number; silent: string | null; servers: readonly ListedServer[] }> => {
    const api = `http://127.0.0.1:${region.region.settings.global.apiPort}`;
    const from = performance.now();
    const answer = await fetch(`${api}/compute/v2.1/servers/detail`, {
      headers: { 'x-auth-token': region.admin.token, 'openstack-api-version': `compute 2.${NEWEST_MINOR}` },
    });
    const { servers } = (await answer.json()) as Apis['compute']['GET /servers/detail']['response'];
    return { ms: performance.now() - from, silent: answer.headers.get('x-volvox-silent-cells'), servers };
  };

  const shownAs = async (id: string): Promise<number> => {
    const api = `http://127.0.0.1:${region.region.settings.global.apiPort}`;
    const answer = await fetch(`${api}/compute/v2.1/servers/${id}`, {
      headers: { 'x-auth-token': region.admin.token },
    });
    await answer.body?.cancel();
    return answer.status;
  };

  it('both cells had a share', () => {
    expect(inCell('cell-1').length).toBeGreaterThan(0);
    expect(inCell('cell-2').length).toBeGreaterThan(0);
  });

  it("does not keep the others' servers from being listed, and is named", async () => {
    const guestsBefore = region.region.processes.get('cell-1-compute').identity?.pid;
    await region.region.processes.get('cell-1-conductor').stop();
    for (let round = 0; round < 3; round++) {
      const answer = await list();
      expect(answer.ms).toBeLessThan(1_000);
      expect(answer.silent).toBe('cell-1');
      const status = new Map(answer.servers.map((server) => [server.id, server.status]));
      expect(inCell('cell-2').map((server) => status.get(server.id))).toEqual(inCell('cell-2').map(() => 'ACTIVE'));
      expect(inCell('cell-1').map((server) => status.get(server.id))).toEqual(inCell('cell-1').map(() => 'UNKNOWN'));
    }
    expect(region.region.processes.get('cell-1-compute').identity?.pid).toBe(guestsBefore);
  }, 30_000);

  it('new servers go to the living cell', async () => {
    for (let index = 0; index < 3; index++) {
      const server = await region.untilActive(await region.createServer(`meanwhile-${index}`));
      expect(server['OS-EXT-SRV-ATTR:host']).toMatch(/^cell-2-/);
    }
  }, 60_000);

  it('is told of a delete when it is back, and of no action that was refused meanwhile', async () => {
    const [kept, deleted] = inCell('cell-1');
    if (kept === undefined || deleted === undefined) throw new Error('too few servers in cell-1');
    const conductor = region.region.processes.get('cell-1-conductor');
    conductor.start();
    await conductor.untilReady(60_000);
    for (const { id } of [kept, deleted]) await region.untilActive(id);
    const pid = conductor.identity?.pid ?? 0;
    // It still takes connections, and answers nothing: what it was sent lies there until it goes on.
    process.kill(pid, 'SIGSTOP');
    try {
      const stopped = { path: { id: kept.id }, body: { 'os-stop': null } };
      await expect(region.admin.call('compute', 'POST /servers/{id}/action', stopped)).rejects.toMatchObject({
        status: 503,
        message: expect.stringContaining('Nothing was done, and nothing will be'),
      });
      // 204: it is recorded and will be done.
      await region.admin.call('compute', 'DELETE /servers/{id}', { path: { id: deleted.id } });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await waitUntil('the server to be deleted', async () => (await shownAs(deleted.id)) === 404, 30_000);
    expect((await region.untilActive(kept.id))['OS-EXT-STS:task_state']).toBeNull();
    const actions = await region.admin.call('compute', 'GET /servers/{id}/os-instance-actions', {
      path: { id: kept.id },
    });
    expect(actions.instanceActions.map(({ action }) => action)).toEqual(['create']);
    await conductor.stop();
  }, 120_000);

  it('is whole again when its conductor is back', async () => {
    const conductor = region.region.processes.get('cell-1-conductor');
    conductor.start();
    await conductor.untilReady(60_000);
    for (const { id } of inCell('cell-1')) if ((await shownAs(id)) === 200) await region.untilActive(id);
    expect((await list()).silent).toBeNull();
  }, 90_000);
});
