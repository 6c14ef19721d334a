import { messageOf } from '#platform/errors/volvox-error.ts';
import { type Reader, readOptions } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import type { CellHealth } from './view.ts';

/** Asks a cell for its health. A cell that does not answer is a result, not an error. */
export async function healthOf(
  cellId: string,
  reader: Reader,
  { cells, clock }: Pick<ApiDeps, 'cells' | 'clock'>,
): Promise<CellHealth> {
  const askedAt = clock.now();
  try {
    const description = await cells.of(cellId).door.describe({}, readOptions(reader));
    if (description.cellId !== cellId)
      return { answers: false, reason: `another cell answers at its URL: ${description.name} (${description.cellId})` };
    const { release, sql, redis, hosts, hostsUp, instances } = description;
    return { answers: true, answeredInMs: clock.now() - askedAt, release, sql, redis, hosts, hostsUp, instances };
  } catch (error) {
    return { answers: false, reason: messageOf(error) };
  }
}
