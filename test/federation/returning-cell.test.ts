import { type ExecFileException, execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorContract } from '#platform/contracts/door.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import type { ListedServer } from '../../deploy/client/views.ts';
import { operatorTransport } from '../../deploy/local/certificates.ts';
import { doorUrl } from '../../deploy/local/process-configs.ts';
import { guestsOnHosts } from '../support/books/host-books.ts';
import { openRegionSql, type RegionSql } from '../support/books/region-sql.ts';
import { memoryFolder } from '../support/memory-folder.ts';
import { startTestRegion, type TestRegion } from '../support/test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

interface HomeRow {
  readonly epoch: number;
  readonly build: string;
  readonly cell_id: string;
}

/** What evacuation will do one day, done by hand: a cell is cut off, and its servers get other homes meanwhile. */
describe('a cell that was cut off and comes back', () => {
  let region: TestRegion;
  let sql: RegionSql;
  let door: Client<typeof doorContract>;
  const ids = { elsewhere: '', deleted: '', stays: '' };

  const often = { VOLVOX_CONDUCTOR_AUDIT_EVERY_MS: '2000', VOLVOX_SUPER_CONDUCTOR_AUDIT_EVERY_MS: '2000' };

  beforeAll(async () => {
    Object.assign(process.env, often);
    region = await startTestRegion({ parent: memoryFolder(), cells: 2, simulatedHosts: 3 });
    sql = openRegionSql(region.region);
    const second = region.region.cell('cell-2');
    door = createClient(doorContract, {
      ...{ url: doorUrl(second), key: second.doorKey },
      transport: operatorTransport(region.region.home),
    });
    const inFirst: string[] = [];
    for (let at = 0; inFirst.length < 3; at++) {
      const server = await region.untilActive(await region.createServer(`server-${at}`));
      if (server['OS-EXT-SRV-ATTR:host']?.startsWith('cell-1-')) inFirst.push(server.id);
    }
    [ids.elsewhere = '', ids.deleted = '', ids.stays = ''] = inFirst;
  }, 240_000);
  afterAll(async () => {
    for (const name of Object.keys(often)) delete process.env[name];
    await door?.close();
    await sql?.close();
    await region?.remove();
  }, 120_000);

  const volvox = (...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> => {
    const env = { ...process.env, OS_CLIENT_CONFIG_FILE: region.region.home.cloudsYaml };
    return new Promise((resolve) => {
      const ended = (error: ExecFileException | null, stdout: string, stderr: string): void =>
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      execFile('node', ['deploy/volvox.mjs', ...args], { env }, ended);
    });
  };
  const findings = async (): Promise<readonly { kind: string; subject: string; cell: string }[]> =>
    JSON.parse((await volvox('--json', 'doctor')).stdout).findings;
  const listed = async (id: string): Promise<readonly ListedServer[]> => {
    const { servers } = await region.admin.call('compute', 'GET /servers/detail');
    return servers.filter((server) => server.id === id);
  };
  const inFirstCell = (id: string) =>
    guestsOnHosts(region.region, 'cell-1').find(({ instanceUuid }) => instanceUuid === id);
  const homeOf = async (id: string): Promise<HomeRow> => {
    const [row] = await sql.directory.rows<HomeRow>('SELECT epoch, build, cell_id FROM instance_homes WHERE uuid = ?', [
      id,
    ]);
    if (row === undefined) throw new Error(`server ${id} has no home`);
    return row;
  };
  const processes = ['cell-1-conductor', 'cell-1-compute', 'cell-1-network'];

  it('is in order before', async () => {
    const { status, stdout } = await waitUntil('the auditors to have gone round', async () => {
      const answer = await volvox('doctor');
      return answer.status === 0 ? answer : null;
    });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^no findings \(\d+ checks, 2 cells\)\n$/)]);
  }, 60_000);

  it('learns that servers have other homes: it stops and keeps its guests of them, and every list shows each server once', async () => {
    for (const name of processes) await region.region.processes.get(name).stop();
    expect(await findings()).toContainEqual(expect.objectContaining({ kind: 'cell-silent', cell: 'cell-1' }));

    const { epoch, build } = await homeOf(ids.elsewhere);
    const { hosts } = await door.listHosts({});
    const request = {
      ...{ build: JSON.parse(build) as InstanceBuild, epoch: epoch + 1, hostId: hosts[0]?.id ?? randomUUID() },
      ...{ alternates: [], zone: 'nova' },
    };
    const actor = { userId: 'test', projectId: request.build.projectId, isAdmin: true, requestId: 'req-test' };
    const { answers } = await door.createInstances({ requests: [request], actor });
    expect(answers).toMatchObject([{ accepted: true }]);
    const [second] = await sql.directory.rows<{ id: string }>(`SELECT id FROM cells WHERE name = 'cell-2'`);
    await sql.directory.rows('UPDATE instance_homes SET cell_id = ?, epoch = ? WHERE uuid = ?', [
      second?.id ?? '',
      epoch + 1,
      ids.elsewhere,
    ]);
    await sql.directory.rows(`UPDATE instance_homes SET state = 'deleted', deleted_at = NOW(6) WHERE uuid = ?`, [
      ids.deleted,
    ]);
    await region.untilActive(ids.elsewhere);
    expect(inFirstCell(ids.elsewhere)?.running, 'nobody has told its host').toBe(true);

    for (const name of processes) region.region.processes.get(name).start();
    await region.region.processes.get('cell-1-conductor').untilReady(60_000);
    const backAt = performance.now();
    await waitUntil(
      'the guests to be stopped',
      () => [ids.elsewhere, ids.deleted].every((id) => inFirstCell(id)?.running === false),
      20_000,
    );
    const seconds = (performance.now() - backAt) / 1_000;
    expect(seconds, 'from the conductor being back until the guests are stopped').toBeLessThan(15);

    expect(inFirstCell(ids.stays)?.running).toBe(true);
    const [server, ...more] = await listed(ids.elsewhere);
    expect([server?.status, server?.['OS-EXT-SRV-ATTR:host'], more]).toEqual([
      'ACTIVE',
      expect.stringMatching(/^cell-2-/),
      [],
    ]);
    expect(await listed(ids.deleted)).toEqual([]);
    await expect(region.server(ids.deleted)).rejects.toMatchObject({ status: 404 });
    await region.untilActive(ids.stays);
  }, 120_000);

  it('shows them to the operator, and repairs what the deleted one left in the directory', async () => {
    const shown = await waitUntil(
      'the doctor to show both guests, and nothing else',
      async () => {
        const found = await findings();
        return found.length === 2 && found.every(({ kind }) => kind === 'instance-quarantined') ? found : null;
      },
      70_000,
      1_000,
    );
    expect(shown.map(({ subject }) => subject).sort()).toEqual([ids.elsewhere, ids.deleted].sort());
    await waitUntil(
      'its ports and its quota to be released',
      async () => {
        const ports = await sql.directory.rows('SELECT id FROM ports WHERE device_id = ?', [ids.deleted]);
        const [quota] = await sql.directory.rows<{ reserved: string; counted: string }>(
          `SELECT (SELECT SUM(vcpus) FROM instance_homes WHERE state <> 'deleted') AS reserved,
             (SELECT SUM(in_use) FROM quota_usages WHERE resource = 'cores') AS counted`,
        );
        return ports.length === 0 && quota?.counted === quota?.reserved;
      },
      60_000,
      500,
    );
    const doctor = await volvox('doctor');
    expect([doctor.status, doctor.stdout]).toEqual([1, expect.stringContaining('volvox quarantine forget')]);
  }, 150_000);

  it('removes a quarantined guest only when an operator gives it up', async () => {
    const refused = await volvox('quarantine', 'forget', ids.deleted);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('--yes')]);
    expect(inFirstCell(ids.deleted)).toBeDefined();
    for (const id of [ids.deleted, ids.elsewhere]) {
      expect((await volvox('quarantine', 'forget', id, '--yes')).status).toBe(0);
      await waitUntil('the guest to be gone', () => inFirstCell(id) === undefined);
    }
    expect((await volvox('quarantine', 'list')).stdout).toBe('(none)\n');
    await waitUntil('all to be in order', async () => (await volvox('doctor')).status === 0, 40_000, 1_000);
    await region.untilActive(ids.elsewhere);
  }, 90_000);
});
