import { describe, expect, it } from 'vitest';
import { untilServersAreIdle } from '../idle-servers.ts';
import { runNova } from '../nova-process.ts';
import { answerAt } from './answer-at.ts';
import { compareRows } from './compare-rows.ts';
import { MIGRATION_READS, NOVA_READS } from './nova-reads.ts';
import { NOVA_ENDS, NOVA_MOVES, NOVA_WRITES } from './nova-writes.ts';
import { type Found, LATEST, type ReadCommand } from './read-command.ts';
import { showWrite } from './show-write.ts';
import { useTwoServers } from './two-servers.ts';
import type { WriteCommand } from './write-command.ts';

const COMMAND_MS = 60_000;
const HOSTS = ['cell-1-sim-001', 'cell-1-sim-002'];

/** The rows of the last table that the client printed, by column; a table of properties is one row. */
function rowsOf(text: string): readonly Found[] {
  const table = text.slice(text.lastIndexOf('\n\n') + 1);
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  const [head = [], ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  if (/^(Property|Quota)$/.test(head[0] ?? '')) return [Object.fromEntries(rows)];
  return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]])));
}

const asPrinted = (value: unknown): string => {
  if (value === null) return '-';
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
};

/** The older client has a process for each command. */
describe('the nova client, as administrator', () => {
  const region = useTwoServers();

  const nova = (line: string): Promise<string> =>
    runNova(line, { openrc: region.region.home.openrc('admin'), version: LATEST });
  const firstOf = async (path: string, at: string): Promise<string> => {
    const [first] = (await answerAt(region, `/compute/v2.1${path}`, LATEST))[at] as readonly { readonly id: string }[];
    return first?.id ?? '';
  };
  const hostOfGamma = async (): Promise<string> => {
    const { servers } = await answerAt(region, '/compute/v2.1/servers/detail?name=gamma', LATEST);
    return String((servers as readonly Found[])[0]?.['OS-EXT-SRV-ATTR:host']);
  };
  const serviceThat = async (isIt: (service: Found) => boolean): Promise<string> => {
    const { services } = await answerAt(region, '/compute/v2.1/os-services?binary=nova-compute', LATEST);
    return String((services as readonly Found[]).find(isIt)?.id);
  };
  const FILLED: Readonly<Record<string, () => Promise<string>>> = {
    '{project}': async () => region.admin.projectId,
    '{alpha}': () => firstOf('/servers?name=alpha', 'servers'),
    '{beta}': () => firstOf('/servers?name=beta', 'servers'),
    '{host:gamma}': hostOfGamma,
    '{other-host:gamma}': async () => {
      const host = await hostOfGamma();
      return HOSTS.find((name) => name !== host) ?? '';
    },
    '{service:gamma}': async () => {
      const host = await hostOfGamma();
      return serviceThat((service) => service.host === host);
    },
    '{service:down}': () => serviceThat((service) => service.forced_down === true),
    '{service}': () => firstOf('/os-services?binary=nova-compute', 'services'),
    '{group}': () => firstOf('/os-server-groups', 'server_groups'),
  };
  const filled = async (text: string): Promise<string> => {
    let whole = text;
    for (const [name, value] of Object.entries(FILLED)) {
      if (whole.includes(name)) whole = whole.replace(name, await value());
    }
    return whole;
  };
  const showEffect = async (command: WriteCommand): Promise<void> => {
    const path = await filled(command.path);
    await showWrite(region, { ...command, path }, async (line) => nova(await filled(line)));
  };

  it.each(NOVA_WRITES)('$run', showEffect, COMMAND_MS);

  const showAnswer = async (command: ReadCommand): Promise<void> => {
    await untilServersAreIdle(region.admin);
    const answer = await answerAt(region, await filled(command.path), LATEST);
    compareRows(command, rowsOf(await nova(command.run)), answer, asPrinted);
  };

  it.each(NOVA_READS)('$run', showAnswer, COMMAND_MS);

  it.each(NOVA_MOVES)('$run', showEffect, COMMAND_MS);

  it.each(MIGRATION_READS)('$run', showAnswer, COMMAND_MS);

  it.each(NOVA_ENDS)('$run', showEffect, COMMAND_MS);

  it('agents are gone', async () => {
    await expect(nova('agent-list')).rejects.toThrow(/no longer available.*410/s);
  });
});
