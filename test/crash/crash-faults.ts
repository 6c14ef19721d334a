import type { LocalRegion } from '../../deploy/local/region.ts';
import { flushAll } from '../support/books/queue-books.ts';
import { killNow } from '../support/strikes.ts';
import { dropPackets } from './drop-packets.ts';

/** A fault that strikes the region; it calls `release`, which lifts the pauses, as soon as the fault is in effect. */
export interface CrashFault {
  readonly name: string;
  /** The heading of its column. */
  readonly title: string;
  /** It concerns only moves. */
  readonly movesOnly: boolean;
  /** It is a rule of the machine's firewall. */
  readonly needsRoot?: true;
  /** Returns when the fault's end has come: a killed process was killed, a connection is there again. */
  strike(region: LocalRegion, workers: readonly string[], release: () => Promise<void>): Promise<void>;
}

/** All servers live in the source cell; moves go to the target cell. */
export const SOURCE = 'cell-1';
export const TARGET = 'cell-2';
const CUT_MS = 20_000;
/** Shorter than an agent may be silent: its conductor is mute for the agents too. */
const MUTE_MS = 12_000;

export const CRASH_FAULTS: readonly CrashFault[] = [
  {
    name: 'worker',
    title: 'its worker',
    movesOnly: false,
    strike: (region, workers, release) => kill(region, workers, release),
  },
  killing('super-conductor', 'super-conductor', ['super-conductor']),
  killing('source-conductor', 'source conductor', [`${SOURCE}-conductor`]),
  { ...killing('target-conductor', 'target conductor', [`${TARGET}-conductor`]), movesOnly: true },
  killing('source-agents', 'source agents', [`${SOURCE}-compute`, `${SOURCE}-network`]),
  { ...killing('target-agents', 'target agents', [`${TARGET}-compute`, `${TARGET}-network`]), movesOnly: true },
  flushing('global-redis', 'FLUSHALL global', 'global'),
  flushing('source-redis', 'FLUSHALL source', SOURCE),
  { ...flushing('target-redis', 'FLUSHALL target', TARGET), movesOnly: true },
  killing('global-database', 'global MariaDB', ['global-mariadb']),
  killing('source-database', 'source MariaDB', [`${SOURCE}-mariadb`]),
  { ...killing('target-database', 'target MariaDB', [`${TARGET}-mariadb`]), movesOnly: true },
  {
    name: 'cut',
    title: 'cells cut, 20 s',
    movesOnly: true,
    needsRoot: true,
    // Where a cell's hosts give disks to those of the other.
    strike: ({ settings }, _workers, release) =>
      dropPackets(
        settings.cells.map(({ computePort }) => computePort),
        CUT_MS,
        release,
      ),
  },
  muting('source-mute', 'source conductor mute, 12 s', SOURCE),
  { ...muting('target-mute', 'target conductor mute, 12 s', TARGET), movesOnly: true },
];

function killing(name: string, title: string, processes: readonly string[]): CrashFault {
  return { name, title, movesOnly: false, strike: (region, _workers, release) => kill(region, processes, release) };
}

/** The clock runs from the kill: to be started again is part of what a region has to do. */
async function kill(region: LocalRegion, processes: readonly string[], release: () => Promise<void>): Promise<void> {
  killNow(region, processes);
  await release();
}

function flushing(name: string, title: string, owner: string): CrashFault {
  return {
    name,
    title,
    movesOnly: false,
    strike: async (region, _workers, release) => {
      await flushAll(region, owner === 'global' ? region.settings.global : region.cell(owner));
      await release();
    },
  };
}

/** It lives, and nothing that is said to it or by it arrives: not refused connections, but questions without an answer. */
function muting(name: string, title: string, cell: string): CrashFault {
  const strike: CrashFault['strike'] = (region, _workers, release) =>
    dropPackets([region.cell(cell).conductorPort], MUTE_MS, release);
  return { name, title, movesOnly: false, needsRoot: true, strike };
}
