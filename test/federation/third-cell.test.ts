import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { doorUrl } from '../../deploy/local/process-configs.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = promisify(execFile);

describe('a third cell', () => {
  const region = useTestRegion({ cells: 2, simulatedHosts: 6 }, 180_000);

  const volvox = async <T>(...args: string[]): Promise<T> => {
    const env = { ...process.env, OS_CLIENT_CONFIG_FILE: region.region.home.cloudsYaml };
    const { stdout } = await run('node', ['deploy/volvox.mjs', '--json', ...args], { env });
    return JSON.parse(stdout) as T;
  };
  const pids = (): ReadonlyMap<string, number> =>
    new Map(region.region.processes.running().map(({ name, pid }) => [name, pid]));

  it('takes servers as soon as it is added by its address and key, and nothing is restarted', async () => {
    // Three on each of the six hosts: those of the new cell are the emptiest for long enough.
    const ids: string[] = [];
    for (let index = 0; index < 18; index++) ids.push(await region.createServer(`before-${index}`));
    await Promise.all(ids.map((id) => region.untilActive(id)));
    const before = pids();
    const cell = await region.region.startCell('cell-3');
    const added = await volvox<{ name: string }>(
      ...['cell', 'add', '--name', cell.name, '--url', doorUrl(cell), '--key', cell.doorKey],
    );
    expect(added.name).toBe('cell-3');
    const listed = await volvox<{ name: string; state: string }[]>('cell', 'list');
    expect(listed.map(({ name }) => name).sort()).toEqual(['cell-1', 'cell-2', 'cell-3']);

    // The scheduler hears of it within a second or two.
    let made = 0;
    const nextHost = async (): Promise<string> => {
      const server = await region.untilActive(await region.createServer(`after-${made++}`));
      return server['OS-EXT-SRV-ATTR:host'] ?? '';
    };
    await waitUntil('a server in the third cell', async () => (await nextHost()).startsWith('cell-3-'), 10_000, 200);
    expect(await nextHost()).toMatch(/^cell-3-/);
    expect(await nextHost()).toMatch(/^cell-3-/);
    expect([...pids()].filter(([name]) => before.has(name))).toEqual([...before]);
  }, 120_000);

  it('is refused with a wrong address or key, naming which', async () => {
    const { doorKey } = region.region.cell('cell-3');
    const add = (url: string, key: string) => volvox('cell', 'add', '--name', 'cell-4', '--url', url, '--key', key);
    await expect(add('http://127.0.0.1:1', doorKey)).rejects.toThrow(/url/);
    await expect(add(doorUrl(region.region.cell('cell-3')), 'wrong')).rejects.toThrow(/key/);
  }, 30_000);
});
