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
  /** null: it is on no host. */
  readonly cell: string | null;
  readonly ports: number;
}
const POWER = { none: 0, running: 1, stopped: 4 } as const;

/** In which ends the server of a row may be. A delete ends in none: the server is gone. */
function rightEnds({ action, power, direction }: TableRow): Readonly<Record<End, Rest | null>> {
  const asBefore = { status: power === 'running' ? 'ACTIVE' : 'SHUTOFF', power: POWER[power], cell: SOURCE, ports: 1 };
  const resized = { ...asBefore, status: 'VERIFY_RESIZE' };
  const rescued = { ...asBefore, status: 'RESCUE', power: POWER.running };
  const shelved = { ...asBefore, status: 'SHELVED_OFFLOADED', power: POWER.none, cell: null };
  const softDeleted = { ...asBefore, status: 'SOFT_DELETED', power: POWER.stopped };
  const withTwoPorts = { ...asBefore, ports: 2 };
  const elsewhere = { ...asBefore, cell: TARGET };
  if (direction === 'undo') return { done: null, undone: action === 'unshelve' ? shelved : asBefore };
  switch (action) {
    // Nothing of these faults is a reason to give a build, a delete or a revert up.
    case 'build':
    case 'revert':
      return { done: asBefore, undone: null };
    case 'delete':
      return { done: null, undone: null };
    // Neither is one of them a reason not to stop or start a guest.
    case 'softDelete':
      return { done: softDeleted, undone: asBefore };
    case 'restore':
      return { done: { ...asBefore, status: 'ACTIVE', power: POWER.running }, undone: softDeleted };
    case 'resize':
      return { done: resized, undone: asBefore };
    // A rebuild that goes back does so while its old disk is there; none of these faults refuses the new one.
    case 'rebuild':
      return { done: asBefore, undone: asBefore };
    case 'rescue':
      return { done: rescued, undone: asBefore };
    case 'unrescue':
      return { done: { ...asBefore, status: 'ACTIVE', power: POWER.running }, undone: rescued };
    case 'createImage':
    case 'createBackup':
    case 'liveMigrate':
      return { done: asBefore, undone: asBefore };
    // Since 2.95 an evacuated server stays off at its new host.
    case 'evacuate':
      return { done: { ...asBefore, status: 'SHUTOFF', power: POWER.stopped }, undone: asBefore };
    case 'shelve':
      return { done: shelved, undone: asBefore };
    case 'unshelve':
      return { done: asBefore, undone: shelved };
    case 'attach':
      return { done: withTwoPorts, undone: asBefore };
    case 'detach':
      return { done: asBefore, undone: withTwoPorts };
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
    portsOf(server) === rest.ports &&
    isIn(rest.cell, server['OS-EXT-SRV-ATTR:host'] ?? null);
  return is(ends.done) ? 'done' : is(ends.undone) ? 'undone' : null;
}

const isIn = (cell: string | null, host: string | null): boolean =>
  cell === null ? host === null : host?.startsWith(`${cell}-`) === true;

/** Every port of a server here has one address. */
const portsOf = ({ addresses }: ListedServer): number => Object.values(addresses).flat().length;

export const describe = (server: ListedServer | undefined): string =>
  server === undefined
    ? 'it is in no list'
    : [
        server.status,
        `power ${server['OS-EXT-STS:power_state']}`,
        `task ${server['OS-EXT-STS:task_state']}`,
        `host ${server['OS-EXT-SRV-ATTR:host']}`,
        `${portsOf(server)} ports`,
        server.fault?.message ?? '',
      ].join(', ');
