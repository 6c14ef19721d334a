import { tapName } from '#platform/objects/network.ts';
import { networkNamespace } from '../../../deploy/local/network-namespace.ts';
import type { LocalRegion } from '../../../deploy/local/region.ts';
import { runCommand } from '../../../deploy/local/run-command.ts';
import type { CellBooks } from './cell-books.ts';

/** The tap devices of a cell's host are those of the ports that are plugged there. Simulated hosts have none. */
export async function tapDifferences(region: LocalRegion, { name, plugged }: CellBooks): Promise<string[]> {
  if (region.settings.driver === 'fake') return [];
  const args = ['-n', networkNamespace(region.home, { name }), '-o', 'link', 'show', 'type', 'tun'];
  const { stdout } = await runCommand('ip', args);
  const there = new Set([...stdout.matchAll(/^\d+: ([^:@]+)/gm)].map(([, tap]) => tap));
  const expected = new Set(plugged.map((port) => tapName(port)));
  return [
    ...[...there].flatMap((tap) =>
      tap !== undefined && !expected.has(tap) ? [`${name}: the tap ${tap} is nobody's`] : [],
    ),
    ...[...expected].flatMap((tap) => (there.has(tap) ? [] : [`${name}: the tap ${tap} is not there`])),
  ];
}
