import type { LocalRegion } from '../../../deploy/local/region.ts';
import { waitUntil } from '../wait-until.ts';
import { readCell } from './cell-books.ts';
import { readDirectory } from './directory-books.ts';
import { guestsOnHosts, hostDifferences, runningTwice } from './host-books.ts';
import { readQueues } from './queue-books.ts';
import type { RegionSql } from './region-sql.ts';
import { tapDifferences } from './tap-books.ts';

export interface RegionBooks {
  /** How many of each there are in the whole region. */
  readonly homes: number;
  readonly instances: number;
  readonly guestRows: number;
  readonly guests: number;
  readonly ports: number;
  /** Servers of which several guests ran at this moment; they are among the differences too. */
  readonly runningTwice: readonly string[];
  /** What does not agree, or is left over; empty when the region is idle and its books balance. */
  readonly differences: readonly string[];
}

/**
 * Compares everything that must agree when a region is idle: homes, rows in the cells, guests, claims, hosts, quota, ports and their
 * bindings, processes on hosts; and finds what must not be left then: operations, tasks, notices, orphaned placements, open quota
 * reservations, jobs.
 */
export async function readBooks(region: LocalRegion, sql: RegionSql): Promise<RegionBooks> {
  const directory = await readDirectory(sql.directory);
  const cells = await Promise.all(sql.cells.map((cell) => readCell(cell.name, cell.sql, directory)));
  const hosts = cells.map((books) => ({ books, guests: guestsOnHosts(region, books.name) }));
  const twice = runningTwice(hosts.flatMap(({ guests }) => guests));
  const taps = await Promise.all(cells.map((books) => tapDifferences(region, books)));
  const queues = await readQueues(region);
  return {
    homes: directory.homes.length,
    instances: sum(cells.map(({ instances }) => instances.length)),
    guestRows: sum(cells.map(({ guestRows }) => guestRows.length)),
    guests: sum(hosts.map(({ guests }) => guests.length)),
    ports: directory.ports.length,
    runningTwice: twice,
    differences: [
      ...directory.differences,
      ...cells.flatMap(({ differences }) => differences),
      ...hosts.flatMap(({ books, guests }) => hostDifferences(books, guests)),
      ...twice,
      ...taps.flat(),
      ...queues,
    ],
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Reads the books until they are even but for what `isAllowed`, or as long as one may wait for it. @returns the last that were read. */
export async function untilEven(
  region: LocalRegion,
  sql: RegionSql,
  timeoutMs: number,
  isAllowed: (difference: string) => boolean = () => false,
): Promise<RegionBooks> {
  let last = await readBooks(region, sql);
  await waitUntil(
    'even books',
    async () => {
      last = await readBooks(region, sql);
      return last.differences.every(isAllowed);
    },
    timeoutMs,
    250,
  ).catch(() => undefined);
  return last;
}
