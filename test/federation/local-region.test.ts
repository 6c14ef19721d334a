import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sweep } from '../../deploy/local/earlier-run.ts';
import { HOME_VARIABLE } from '../../deploy/local/environment.ts';
import { homeAt } from '../../deploy/local/home.ts';
import { lives, processesWithEnvironment } from '../../deploy/local/process-identity.ts';
import { createProgress } from '../../deploy/local/progress.ts';
import type { RegionState } from '../../deploy/local/region-state.ts';
import { TEST_CACHE } from '../support/lone-cell.ts';
import { waitUntil } from '../support/wait-until.ts';

interface Ended {
  readonly status: number;
  readonly said: string;
}

/** `npm start` as a person uses it, with simulated hosts. Each step goes on from the one before. */
describe('a local region', () => {
  const home = homeAt(mkdtempSync(join(tmpdir(), 'volvox-local-')));
  afterAll(async () => {
    await start('stop');
    await sweep(
      home,
      createProgress(() => undefined),
    );
    rmSync(home.root, { recursive: true, force: true });
  }, 120_000);

  const start = (...args: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const all = ['deploy/local/main.ts', ...args, '--home', home.root];
      execFile(process.execPath, all, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code), said: stdout + stderr });
      });
    });
  const started = (...more: string[]): Promise<Ended> => start('start', '--detach', '--cache', TEST_CACHE, ...more);
  const state = (): RegionState => JSON.parse(readFileSync(home.state, 'utf8')) as RegionState;
  const ours = () => processesWithEnvironment(HOME_VARIABLE, home.root);

  it('recovers from a data folder that is half made', async () => {
    mkdirSync(home.data('global', 'mariadb'), { recursive: true });
    writeFileSync(home.data('global', 'mariadb', 'ibdata1'), 'not a table space');
    const { status, said } = await started('--simulate', '2', '--port-base', '0');
    expect(said).toMatch(/global\/mariadb was half made/);
    expect(status).toBe(0);
    expect(state()).toMatchObject({ phase: 'running', driver: 'fake', simulatedHosts: 2 });
  }, 120_000);

  it('keeps its secrets to itself', () => {
    for (const path of [home.settings, home.cloudsYaml, home.openrc('admin'), home.config('api'), home.log('api')]) {
      expect(`${path} ${(statSync(path).mode & 0o077).toString(8)}`).toBe(`${path} 0`);
    }
    expect(statSync(home.root).mode & 0o077).toBe(0);
    const commandLines = ours().map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    const { adminPassword, signingKey } = JSON.parse(readFileSync(home.settings, 'utf8')) as Record<string, string>;
    expect(commandLines.join()).not.toContain(adminPassword);
    expect(commandLines.join()).not.toContain(signingKey);
  });

  it('serves the metrics of every process on loopback, on ports of their own (E15)', async () => {
    const { api, metrics } = state().urls;
    const cells = ['cell-1', 'cell-2'].flatMap((cell) =>
      ['compute', 'conductor', 'network'].map((name) => `${cell}-${name}`),
    );
    expect(Object.keys(metrics).sort()).toEqual(['api', ...cells, 'scheduler', 'super-conductor']);
    for (const [name, url] of Object.entries(metrics)) {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
      const answer = await fetch(url);
      expect([name, answer.status, await answer.text()]).toEqual([name, 200, expect.stringContaining('service="')]);
    }
    expect((await fetch(`${api}/metrics`)).status).toBe(404);
    expect((await fetch(`${api}/healthz`)).status).toBe(200);
  });

  it('is not started twice', async () => {
    const before = ours();
    const { status, said } = await started();
    expect(said).toContain('runs in');
    expect(status).toBe(1);
    expect(state().phase).toBe('running');
    expect(ours()).toEqual(before);
    expect((await start('status')).said).toMatch(/^running since/);
  }, 60_000);

  it('says who has a port that it needs', async () => {
    const other = mkdtempSync(join(tmpdir(), 'volvox-other-'));
    try {
      const port = Number(new URL(state().urls.api).port);
      const args = ['deploy/local/main.ts', '--home', other, '--simulate', '2', '--port-base', String(port - 4)];
      const said = await new Promise<string>((resolve) => {
        execFile(process.execPath, args, (_error, stdout) => resolve(stdout));
      });
      expect(said).toMatch(new RegExp(`port ${port} is in use by .*api/main.js \\(pid \\d+\\)`));
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  }, 60_000);

  it('ends what a killed run left, keeps its data, and starts again', async () => {
    const before = state();
    if (before.supervisor === null) throw new Error('no supervisor');
    process.kill(before.supervisor.pid, 'SIGKILL');
    await waitUntil('the supervisor to be gone', () => before.supervisor !== null && !lives(before.supervisor));
    expect(before.processes.every(lives)).toBe(true);
    const { status, said } = await started();
    expect(said).toMatch(/an earlier run was killed; ending its processes: global-mariadb/);
    expect(said).not.toContain('flavors');
    expect(status).toBe(0);
    expect(before.processes.some(lives)).toBe(false);
    expect(state().urls).toEqual(before.urls);
  }, 120_000);

  it('leaves no process when it is stopped', async () => {
    expect(ours().length).toBeGreaterThan(0);
    expect((await start('stop')).status).toBe(0);
    expect(ours()).toEqual([]);
    expect(state()).toMatchObject({ phase: 'stopped', processes: [] });
    expect((await start('status')).status).toBe(3);
  }, 60_000);

  it('stops in order when it is told to while it starts', async () => {
    const starting = started();
    await waitUntil('a first process', () => ours().length > 3, 30_000);
    const { supervisor } = state();
    process.kill(supervisor?.pid ?? 0, 'SIGINT');
    expect((await starting).status).toBe(0);
    expect(ours()).toEqual([]);
  }, 90_000);
});
