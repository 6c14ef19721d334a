import { notFoundIn } from '../../cross-cell/ask-cells.ts';
import { inOneCell } from '../../cross-cell/in-one-cell.ts';
import type { ApiRequest } from '../../http/route.ts';
import { type Hypervisor, type HypervisorDeps, listHypervisors } from '../hypervisors/hypervisor-hosts.ts';

/**
 * The host of the request's path. @param noun as the error begins.
 * @throws VolvoxError not-found; unavailable when a cell that may have it does not answer; conflict when several cells show the name.
 */
export async function findHost(
  { cells }: Pick<HypervisorDeps, 'cells'>,
  request: ApiRequest,
  noun: 'Host' | 'Compute host',
): Promise<Hypervisor> {
  const { id = '' } = request.params;
  const { hypervisors, silent } = await listHypervisors(cells, request);
  const named = hypervisors.filter(({ host }) => host.name === id);
  const found = inOneCell(named, `${noun} ${id}`);
  if (found === undefined) throw notFoundIn(silent, `${noun} ${id} could not be found.`);
  return found;
}
