import { describe, expect, it } from 'vitest';
import { NEWEST_MINOR } from '../../api/compute/microversions.ts';
import type { Apis } from '../../deploy/client/operations.ts';
import type { ListedServer } from '../../deploy/client/views.ts';
import type { Server } from '../support/test-region.ts';
import { useTestRegion } from '../support/use-test-region.ts';

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

  it('is whole again when its conductor is back', async () => {
    const conductor = region.region.processes.get('cell-1-conductor');
    conductor.start();
    await conductor.untilReady(60_000);
    for (const { id } of inCell('cell-1')) await region.untilActive(id);
    expect((await list()).silent).toBeNull();
  }, 90_000);
});
