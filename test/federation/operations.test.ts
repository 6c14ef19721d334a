import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperationView } from '#platform/objects/operation.ts';
import { pauseFile } from '#platform/operations/drill.ts';
import { memoryFolder } from '../support/memory-folder.ts';
import { actOn } from '../support/server-calls.ts';
import { startTestRegion, type TestRegion } from '../support/test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = promisify(execFile);

describe('operations in the hands of an operator', () => {
  const drills = mkdtempSync(join(tmpdir(), 'volvox-drill-'));
  let region: TestRegion;
  beforeAll(async () => {
    process.env.VOLVOX_DRILL_FOLDER = drills;
    region = await startTestRegion({ parent: memoryFolder(), cells: 1, simulatedHosts: 2 });
  }, 180_000);
  afterAll(async () => {
    delete process.env.VOLVOX_DRILL_FOLDER;
    await region?.remove();
    rmSync(drills, { recursive: true, force: true });
  }, 120_000);

  /** What `volvox …` says. @throws with its status in `code`, and what it said in `stderr`. */
  const volvox = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, OS_CLIENT_CONFIG_FILE: region.region.home.cloudsYaml };
    const { stdout } = await run('node', ['deploy/volvox.mjs', ...args], { env });
    return stdout;
  };
  const list = async (...flags: string[]): Promise<Pick<OperationView, 'id'>[]> =>
    JSON.parse(await volvox('--json', 'operation', 'list', ...flags));
  const show = (id: string) => region.admin.call('federation', 'GET /v1/operations/{id}', { path: { id } });
  /** Pauses the operation before the step; `reached` waits for the worker and returns its process id. */
  const pauseAt = (subject: string, kind: string, step: string) => {
    const path = join(drills, pauseFile({ subject, kind, step, direction: 'do', at: 'before' }));
    writeFileSync(path, '');
    const reached = `${path}.reached`;
    return {
      reached: () =>
        waitUntil(`${kind} to be paused`, () => existsSync(reached) && Number(readFileSync(reached, 'utf8'))),
      release: () => rmSync(path),
    };
  };
  const ended = (id: string, state: string) =>
    waitUntil(`operation ${id} to be ${state}`, async () => (await show(id)).state === state);

  it('are shown, and are turned back while their worker is paused; it does no harm when it resumes', async () => {
    const id = await region.createServer('one');
    await region.untilActive(id);
    const pause = pauseAt(id, 'stop', 'settle');
    await actOn(region.admin, id, { 'os-stop': null });
    const worker = await pause.reached();
    expect(region.region.processes.running().map(({ pid }) => pid)).toContain(worker);

    const [stop] = await list('--server', 'one', '--state', 'running');
    if (stop === undefined) throw new Error('no operation');
    expect(stop).toMatchObject({ kind: 'stop', subject: id, cell: 'cell-1', overdue: false });
    await expect(volvox('operation', 'resolve', stop.id)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--forward or --back'),
    });
    expect(await volvox('operation', 'resolve', stop.id, '--back')).toContain('going back now, starting with settle');
    await ended(stop.id, 'undone');
    const before = await show(stop.id);
    pause.release();

    for (const [action, status] of [
      [{ 'os-stop': null }, 'SHUTOFF'],
      [{ 'os-start': null }, 'ACTIVE'],
    ] as const) {
      await actOn(region.admin, id, action);
      await waitUntil(`it to be ${status}`, async () => (await region.server(id)).status === status);
    }
    expect(await show(stop.id)).toEqual(before);
    const timeline = await volvox('operation', 'show', stop.id, '--timeline');
    expect(timeline).toMatch(/settle +do +1 +resolved +operator +resolved back by \w+/);
    expect(timeline).toMatch(/settle +undo +1 +done/);
    expect(timeline).toMatch(/undone after .*: An operator turned it back\.\n$/);
    await expect(volvox('operation', 'resolve', stop.id, '--forward')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has ended'),
    });
  }, 120_000);

  it('of the global tier as of the cells: a build that nobody places is given up, and the user is told', async () => {
    await region.region.processes.matching(/^scheduler/)[0]?.stop();
    const id = await region.createServer('two');
    const [route] = await waitUntil('the build to wait', async () => {
      const found = await list('--cell', 'global', '--server', id);
      const [one] = found;
      return one !== undefined && (await show(one.id)).steps.at(-1)?.outcome === null ? found : null;
    });
    if (route === undefined) throw new Error('no operation');
    expect(await volvox('operation', 'show', route.id, '--timeline')).toMatch(
      /running: at place, waiting for .*left\n$/,
    );
    await volvox('operation', 'resolve', route.id, '--back');
    await ended(route.id, 'undone');
    const server = await region.server(id);
    expect([server.status, server.fault?.message]).toEqual(['ERROR', expect.stringContaining('could not be placed')]);
  }, 120_000);
});
