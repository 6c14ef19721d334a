import { type RegionBooks, untilEven } from '../support/books/region-books.ts';
import { openRegionSql, type RegionSql } from '../support/books/region-sql.ts';
import { deleteEverything, type ListedServer, listServers, untilSettled } from '../support/many-servers.ts';
import type { TestRegion } from '../support/test-region.ts';
import type { Fault } from './faults.ts';
import { builds, endResizes, moves, resizes, type Work } from './work.ts';

export interface Outcome {
  readonly fault: Fault;
  readonly count: number;
  /** Servers that were asked for and not yet done when it struck. */
  readonly inFlight: number;
  readonly refused: readonly string[];
  readonly done: number;
  readonly error: number;
  readonly stuck: number;
  /** From the end of the fault until the last was done, s; 0 when that was before. */
  readonly secondsAfter: number;
  /** What was not even while the servers lived. */
  readonly uneven: readonly string[];
  /** What was left behind after all of them were deleted. */
  readonly left: readonly string[];
}

/** Longer than any retry of ours: what has not ended by then is stuck. */
const STUCK_AFTER_MS = 120_000;
const EVEN_AFTER_MS = 60_000;

function workOf({ admin }: TestRegion, { work, name }: Fault): Work {
  switch (work) {
    case 'build':
      return builds(admin, name, 50);
    case 'resize':
      return resizes(admin, name, 20);
    case 'move':
      return moves(admin, name, 20, 'cell-1', 'cell-2');
  }
}

/** Lets the fault strike in the middle of its work, waits for the end of both, checks the books, deletes all and checks them again. */
export async function measureFault(region: TestRegion, fault: Fault): Promise<Outcome> {
  const { admin } = region;
  const work = workOf(region, fault);
  await work.prepare();
  const half = Promise.withResolvers<void>();
  const strike = async () => {
    await half.promise;
    const done = [...(await listServers(admin)).values()].filter(work.isDone).length;
    await fault.strike(region.region);
    return { overAt: Date.now(), inFlight: work.count - done };
  };
  const [{ ids, refused }, { overAt, inFlight }] = await Promise.all([work.ask(half.resolve), strike()]);
  const ended = (server: ListedServer): boolean => work.isDone(server) || server.status === 'ERROR';
  const servers = await untilSettled(admin, ids, ended, STUCK_AFTER_MS);
  const secondsAfter = Math.max(0, (Date.now() - overAt) / 1000);

  const sql = openRegionSql(region.region);
  try {
    const even = await untilEven(region.region, sql, EVEN_AFTER_MS);
    const notEnded = fault.work === 'resize' ? await endResizes(admin, ids) : [];
    const done = servers.filter((server) => server !== undefined && work.isDone(server)).length;
    const error = servers.filter((server) => server?.status === 'ERROR').length;
    return {
      fault,
      count: work.count,
      inFlight,
      refused,
      done,
      error,
      stuck: ids.length - done - error,
      secondsAfter,
      uneven: [...even.differences, ...notEnded.map((id) => `${id} did not end its resize`)],
      left: await leftBehind(region, sql),
    };
  } finally {
    await sql.close();
  }
}

async function leftBehind(region: TestRegion, sql: RegionSql): Promise<string[]> {
  const left = await deleteEverything(region.admin, EVEN_AFTER_MS);
  const books = await untilEven(region.region, sql, EVEN_AFTER_MS);
  return [...left.map(({ id, status }) => `server ${id} (${status})`), ...countsOf(books), ...books.differences];
}

const countsOf = ({ homes, instances, guestRows, guests, ports }: RegionBooks): string[] =>
  Object.entries({ homes, instances, guestRows, guests, ports }).flatMap(([what, n]) =>
    n === 0 ? [] : [`${n} ${what}`],
  );
