import { listAggregates } from '#platform/directory/stores/aggregates.ts';
import { listHostTraits } from '#platform/directory/stores/host-traits.ts';
import { listHypervisors } from '../../compute/hypervisors/hypervisor-hosts.ts';
import { notFoundIn, type Reader } from '../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../cross-cell/cell-doors.ts';
import { inOneCell } from '../../cross-cell/in-one-cell.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Provider, providerOf, traitKey } from './provider.ts';

export type ProviderDeps = Pick<ApiDeps, 'cells' | 'directory'>;

interface ProviderAnswers {
  /** By name, then id. */
  readonly providers: readonly Provider[];
  readonly silent: readonly CellDoor[];
}

/** The hosts of all cells. @throws VolvoxError unavailable when no cell answers: an empty list would say that there are no hosts. */
export async function listProviders({ cells, directory }: ProviderDeps, reader: Reader): Promise<ProviderAnswers> {
  const [{ hypervisors, silent }, aggregates, traits] = await Promise.all([
    listHypervisors(cells, reader),
    listAggregates(directory.read),
    listHostTraits(directory.read),
  ]);
  const described = {
    aggregates,
    traits: new Map(traits.map((one) => [traitKey(one.cellId, one.hostName), one])),
  };
  return { providers: hypervisors.map(({ host, cell }) => providerOf(host, cell, described)), silent };
}

/** @throws VolvoxError not-found; unavailable when a cell that may have it does not answer. */
export async function providerById(deps: ProviderDeps, reader: Reader, id: string): Promise<Provider> {
  const { providers, silent } = await listProviders(deps, reader);
  const one = inOneCell(
    providers.filter((provider) => provider.id === id),
    `Resource provider ${id}`,
  );
  if (one !== undefined) return one;
  throw notFoundIn(silent, `No resource provider with uuid ${id.slice(0, 64)} found.`);
}
