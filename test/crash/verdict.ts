import type { ListedServer } from '../support/many-servers.ts';
import { SOURCE, TARGET } from './crash-faults.ts';
import type { TableRow } from './table-rows.ts';

/** undone: as it was before, as if it had never been asked for. */
export type End = 'done' | 'undone';

/** How one row of the table came out of one fault. */
export interface Verdict {
  /** From the end of the fault until the server was idle in one of its right ends, s; null when it never was. */
  readonly seconds: number | null;
  readonly end: End | null;
  /** What was wrong with it in the end; empty when it came out right. */
  readonly wrong: readonly string[];
}

interface Rest {
  readonly status: string;
  readonly power: number;
  readonly cell: string;
}
const POWER = { running: 1, stopped: 4 } as const;

/** In which ends the server of a row may be. A delete ends in none: the server is gone. */
function rightEnds({ action, power, direction }: TableRow): Readonly<Record<End, Rest | null>> {
  const asBefore = { status: power === 'running' ? 'ACTIVE' : 'SHUTOFF', power: POWER[power], cell: SOURCE };
  const resized = { ...asBefore, status: 'VERIFY_RESIZE' };
  const rescued = { ...asBefore, status: 'RESCUE', power: POWER.running };
  const elsewhere = { ...asBefore, cell: TARGET };
  if (direction === 'undo') return { done: null, undone: asBefore };
  switch (action) {
    // Nothing of these faults is a reason to give a build, a delete or a revert up.
    case 'build':
    case 'revert':
      return { done: asBefore, undone: null };
    case 'delete':
      return { done: null, undone: null };
    case 'resize':
      return { done: resized, undone: asBefore };
    // A rebuild that goes back does so while its old disk is there; none of these faults refuses the new one.
    case 'rebuild':
      return { done: asBefore, undone: asBefore };
    case 'rescue':
      return { done: rescued, undone: asBefore };
    case 'unrescue':
      return { done: { ...asBefore, status: 'ACTIVE', power: POWER.running }, undone: rescued };
    case 'confirm':
      return { done: asBefore, undone: resized };
    case 'move':
      return { done: elsewhere, undone: asBefore };
  }
}

/** What a server is at now; null while it is at none of its right ends. `inBooks`: what the books say against it. */
export function endOf(row: TableRow, server: ListedServer | undefined, inBooks: readonly string[]): End | null {
  if (inBooks.length > 0) return null;
  if (server === undefined) return row.action === 'delete' ? 'done' : null;
  const ends = rightEnds(row);
  const is = (rest: Rest | null): boolean =>
    rest !== null &&
    server.status === rest.status &&
    server['OS-EXT-STS:power_state'] === rest.power &&
    server['OS-EXT-STS:task_state'] === null &&
    server['OS-EXT-SRV-ATTR:host']?.startsWith(`${rest.cell}-`) === true;
  return is(ends.done) ? 'done' : is(ends.undone) ? 'undone' : null;
}

export const describe = (server: ListedServer | undefined): string =>
  server === undefined
    ? 'it is in no list'
    : [
        server.status,
        `power ${server['OS-EXT-STS:power_state']}`,
        `task ${server['OS-EXT-STS:task_state']}`,
        `host ${server['OS-EXT-SRV-ATTR:host']}`,
        server.fault?.message ?? '',
      ].join(', ');
