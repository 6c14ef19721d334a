import type { Directory } from '#platform/directory/directory.ts';
import { announceChanges } from '#platform/directory/stores/definitions/announce.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { compareCells } from '../../../../super-conductor/definitions/compare-cells.ts';
import { deliverRound } from '../../../../super-conductor/definitions/deliver.ts';
import { everything } from '../../../support/test-database.ts';
import { DefinitionCell } from './definition-cell.ts';
import { definitionWorld } from './definition-world.ts';

const TABLES = [
  ...(['ports', 'security_groups', 'security_group_rules', 'instance_homes', 'port_groups'] as const),
  ...(['networks', 'subnets', 'routers', 'router_interfaces', 'port_networks', 'router_networks'] as const),
  ...(['trunks', 'subports'] as const),
  ...(['deleted_definitions', 'cell_definitions', 'definitions_due', 'enforcing_cells'] as const),
];

/** `kind id generation` of all that a cell knows, sorted. */
export const knownBy = (cell: DefinitionCell): readonly string[] =>
  [...cell.known.values()].map(({ kind, id, generation }) => `${kind} ${id} ${generation}`).sort();

/** The road from an empty directory to cells of these names. */
export async function roadOf(directory: Directory, ...names: string[]) {
  const all = everything(directory);
  for (const table of TABLES) await all.deleteFrom(table).execute();
  const cells = names.map((name) => new DefinitionCell(name));
  const deps = {
    directory,
    clock: systemClock,
    cells: {
      find: (id: string) => cells.find((cell) => cell.id === id)?.cell,
      all: () => cells.map(({ cell }) => cell),
      watch: () => () => undefined,
    },
  };
  return {
    directory,
    deps,
    cells: cells as [DefinitionCell, DefinitionCell],
    /** A worker that does all there is to do. */
    deliver: () => deliverAll(directory, cells),
    compare: () => compareCells(deps, silentLogger).reconcile(),
    world: definitionWorld(directory),
  };
}

/** All there is to do. Rejects when a cell or the directory does not answer. */
export async function deliverAll(directory: Directory, cells: readonly DefinitionCell[]): Promise<void> {
  while (await announceChanges(directory));
  for (let hasMore = true; hasMore; ) {
    const ended = await Promise.allSettled(
      deliverRound({
        ...{ directory, clock: systemClock, cells: cells.map(({ cell }) => cell) },
        ...{ maxWaitMs: 250, tooLarge: () => undefined },
      }),
    );
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    hasMore = ended.some((one) => one.status === 'fulfilled' && one.value);
  }
}
