import { messageOf } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import type { CellHealth } from './view.ts';

/** How long a cell has to say how it is, ms. */
const DEADLINE_MS = 800;

/** A cell that does not answer is a result. */
export async function healthOf(
  cellId: string,
  { cells, clock }: Pick<ApiDeps, 'cells' | 'clock'>,
): Promise<CellHealth> {
  const askedAt = clock.now();
  try {
    const description = await cells.of(cellId).door.describe({}, { deadlineMs: DEADLINE_MS });
    const { release, sql, redis, hosts, hostsUp, instances } = description;
    return { answers: true, answeredInMs: clock.now() - askedAt, release, sql, redis, hosts, hostsUp, instances };
  } catch (error) {
    return { answers: false, reason: messageOf(error) };
  }
}
