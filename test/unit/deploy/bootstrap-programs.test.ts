import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const COMMANDS = join(import.meta.dirname, '../../../deploy/bootstrap/commands.mjs');

interface Commands {
  planFor(command: string, args: readonly string[]): { readonly programs: readonly string[] };
}

it('what a region with guests needs is installed before it starts, also what makes config drives (B2)', async () => {
  const { planFor }: Commands = await import(pathToFileURL(COMMANDS).href);
  const programs = (...args: readonly string[]) => planFor('start', args).programs.flatMap((one) => one.split('|'));
  expect(programs()).toEqual(expect.arrayContaining(['qemu-system-x86_64', 'dnsmasq', 'nft', 'ip', 'genisoimage']));
  expect(programs('--simulate', '2')).not.toContain('genisoimage');
});
