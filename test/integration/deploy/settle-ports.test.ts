import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { homeAt } from '../../../deploy/local/home.ts';
import { mariadbProcess } from '../../../deploy/local/mariadb.ts';
import { FreePorts } from '../../../deploy/local/ports.ts';
import { sqlOptions } from '../../../deploy/local/region-processes.ts';
import type { RegionSettings } from '../../../deploy/local/settings.ts';
import { settingsFor } from '../../../deploy/local/settings-for.ts';
import { settlePorts } from '../../../deploy/local/settle-ports.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');
const root = mkdtempSync(join(tmpdir(), 'volvox-ports-'));
const home = homeAt(root);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const options = { home: root, cache: null, cells: 2, hosts: null, simulatedHosts: 2, stores: null, fresh: false };
const storePorts = ({ global, cells }: RegionSettings) =>
  [global, ...cells].flatMap(({ sqlPort, redisPort }) => [sqlPort, redisPort]);
const servicePorts = ({ global, cells }: RegionSettings) => [
  ...[global.apiPort, global.schedulerPort, global.superConductorPort],
  ...cells.flatMap(({ conductorPort, computePort }) => [conductorPort, computePort]),
];

describe('the ports of a region', () => {
  it('are each given once, and none of the chosen ones lies in the block of the region', async () => {
    const base = 20_000;
    // The whole range of random ports but two is the block of the region: a choice that did not look would be in it.
    const free = new FreePorts({ first: base, count: 11_900 });
    expect(await free.near(base + 4)).toBeGreaterThanOrEqual(31_900);
    const settled = await settlePorts(settingsFor(home, { ...options, portBase: 14_400 }));
    const all = [...storePorts(settled), ...servicePorts(settled)];
    expect(new Set(all).size).toBe(all.length);
  });

  it('are not those that another process has chosen and not opened yet', async () => {
    const ports = pathToFileURL(join(REPOSITORY, 'deploy/local/ports.ts')).href;
    const script = `const { FreePorts } = await import('${ports}');
      console.log(await new FreePorts().near(0));
      setInterval(() => undefined, 1_000);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(other, 'exit');
    try {
      const [said] = (await once(other.stdout, 'data')) as [Buffer];
      const port = Number(said.toString());
      expect(port).toBeGreaterThan(0);
      expect(await new FreePorts().near(port)).not.toBe(port);
      other.kill();
      await ended;
      expect(await new FreePorts().near(port)).toBe(port);
    } finally {
      other.kill();
      await ended;
    }
  });

  it('are chosen anew when a remembered one is in the block, or somebody else has it', async () => {
    const base = 14_600;
    const first = await settlePorts(settingsFor(home, { ...options, portBase: base }));
    const other = createServer().listen(first.global.redisPort, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    try {
      const remembered = { ...first, global: { ...first.global, sqlPort: base + 4 } };
      const { global } = await settlePorts(remembered);
      expect(global.sqlPort).not.toBe(base + 4);
      expect(global.apiPort).toBe(base + 4);
      expect(global.redisPort).not.toBe(first.global.redisPort);
    } finally {
      other.close();
    }
  });

  it('belong to databases that each have a folder of their own for temporary tables', async () => {
    const settled = await settlePorts(settingsFor(home, { ...options, portBase: 14_800 }));
    const owners = [['global', settled.global] as const, ...settled.cells.map((cell) => [cell.name, cell] as const)];
    const folders = owners.map(([owner, store]) =>
      mariadbProcess(sqlOptions(home, owner, store)).args.find((arg) => arg.startsWith('--tmpdir=')),
    );
    expect(new Set(folders).size).toBe(3);
    for (const folder of folders) expect(folder).toContain(root);
  });
});
