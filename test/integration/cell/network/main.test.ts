import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentSocket } from '../../../../cell/network/drivers/linux/host-setup.ts';
import { look } from '../../../../cell/network/drivers/linux/look.ts';
import { recordsDir } from '../../../../cell/network/drivers/linux/metadata-process.ts';
import { startProcess } from '../../../support/process.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBinding, aNetwork, anInstance } from './a-binding.ts';
import { aGuest } from './a-guest.ts';
import { aCellNetwork, type TestCellNetwork } from './an-agent.ts';

const MAIN = fileURLToPath(new URL('../../../../cell/network/main.ts', import.meta.url));
const HOSTNAME = 'http://169.254.169.254/latest/meta-data/hostname';
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe.skipIf(!isRoot)('files of the network agent', () => {
  it.each(['000', '077'])('have the modes that they need, started with the umask %s', async (umask) => {
    const cell = await aCellNetwork();
    const run = startProcess('sh', ['-c', `umask ${umask}; exec "$0" "$1"`, process.execPath, MAIN], {
      PATH: process.env.PATH,
      ...cell.environment,
    });
    try {
      await cell.want(aBinding(aNetwork(), 'host-1', ['10.9.0.5']));
      // Whoever can write to it is told the secrets of every guest.
      expect((await modeOf(agentSocket(cell.setup))) & 0o022).toBe(0);
      // The DHCP server, as nobody, reads its hosts again in there.
      expect(await modeOf(cell.setup.runtimeDir)).toBe(0o755);
      expect(await modeOf(recordsDir(cell.setup))).toBe(0o755);
    } finally {
      await run.stop('SIGTERM');
      await cell.stop();
    }
  });
});

describe.skipIf(!isRoot)('the process of the network agent', () => {
  let cell: TestCellNetwork;
  beforeAll(async () => {
    cell = await aCellNetwork();
  });
  afterAll(async () => await cell.stop());

  const start = () => startProcess(process.execPath, [MAIN], { PATH: process.env.PATH, ...cell.environment });

  it('can be killed at any moment: its guests keep address and metadata, and the next one finds all as it was', async () => {
    const killed = start();
    const binding = aBinding(aNetwork(), 'host-1', ['10.9.0.5']);
    cell.conductor.instances.set('10.9.0.5', anInstance(binding));
    await cell.want(binding);
    const guest = await aGuest(binding, cell.namespace);
    try {
      await guest.dhcp();
      expect(await guest.fetch(HOSTNAME)).toBe(binding.hostname);
      const before = await look(cell.setup);

      await killed.stop('SIGKILL');
      expect(await look(cell.setup)).toEqual(before);
      expect(await guest.fetch(HOSTNAME)).toBe(binding.hostname);
      await guest.run('ip', 'address', 'flush', 'dev', 'eth0');
      expect(await guest.dhcp()).toMatch(/^ip=10\.9\.0\.5$/m);

      cell.conductor.reports.clear();
      const next = start();
      await waitUntil('the report of the next agent', () => cell.conductor.reports.get(binding.bindingId)?.settled);
      expect(await look(cell.setup)).toEqual(before);
      await next.stop('SIGTERM');
      expect(next.child.exitCode).toBe(0);
      expect(await look(cell.setup)).toEqual(before);
    } finally {
      await guest.stop();
    }
  });
});
