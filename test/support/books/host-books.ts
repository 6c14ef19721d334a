import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { POWER_STATE } from '#platform/states/power-state.ts';
import { HOME_VARIABLE } from '../../../deploy/local/environment.ts';
import { commandLine, processesWithEnvironment } from '../../../deploy/local/process-identity.ts';
import type { LocalRegion } from '../../../deploy/local/region.ts';
import type { CellBooks } from './cell-books.ts';

/** A guest as its host has it. */
interface HostGuest {
  readonly guestId: string;
  readonly instanceUuid: string;
  readonly cell: string;
  readonly running: boolean;
  /** What a simulated one has on its disk (a name for the content); null: not known. */
  readonly disk: string | null;
}

/** What really is on the hosts of a cell: by the journal of its simulated ones, or by the folders and processes of QEMU's. */
export function guestsOnHosts(region: LocalRegion, cell: string): HostGuest[] {
  const folder = region.home.data(cell, 'compute');
  return region.settings.driver === 'fake' ? simulated(folder, cell) : real(region, folder, cell);
}

type Line = readonly [
  string,
  {
    readonly power: string;
    readonly contentId?: string | null;
    readonly wanted: { readonly spec: { readonly instanceUuid: string } };
  } | null,
];

function simulated(folder: string, cell: string): HostGuest[] {
  const path = join(folder, 'fake-guests.jsonl');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const guests = new Map<string, HostGuest>();
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    if (line === '') continue;
    const [guestId, guest] = JSON.parse(line) as Line;
    if (guest === null) guests.delete(guestId);
    else {
      const { instanceUuid } = guest.wanted.spec;
      const disk = guest.contentId ?? null;
      guests.set(guestId, { guestId, instanceUuid, cell, running: guest.power === 'running', disk });
    }
  }
  return [...guests.values()];
}

/** A folder a guest; a machine's process runs in its guest's folder. */
function real(region: LocalRegion, folder: string, cell: string): HostGuest[] {
  const guests = join(folder, 'guests');
  const folders = existsSync(guests) ? readdirSync(guests) : [];
  const running = processesWithEnvironment(HOME_VARIABLE, region.home.root)
    .filter(({ pid }) => commandLine(pid).includes('qemu-system'))
    .map(({ pid }) => folderOf(pid))
    .filter((path) => path.startsWith(guests))
    .map((path) => basename(path));
  return [...new Set([...folders, ...running])].map((guestId) => ({
    guestId,
    instanceUuid: instanceIn(join(guests, guestId)),
    cell,
    running: running.includes(guestId),
    disk: null,
  }));
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // Ended meanwhile.
    return '';
  }
}

function instanceIn(folder: string): string {
  const record = join(folder, 'guest.json');
  return existsSync(record) ? (/"instanceUuid":\s*"([^"]+)"/.exec(readFileSync(record, 'utf8'))?.[1] ?? '') : '';
}

/** The guests on the hosts are the guests that the cell knows, and run when their instance does. */
export function hostDifferences(books: CellBooks, guests: readonly HostGuest[]): string[] {
  const guestRows = new Map(books.guestRows.map((row) => [row.id, row]));
  const there = new Map(guests.map((guest) => [guest.guestId, guest]));
  return [
    ...guests.flatMap(({ guestId, instanceUuid }) =>
      guestRows.has(guestId) ? [] : [`${books.name}: guest ${guestId} of ${instanceUuid} is on a host, and nobody's`],
    ),
    ...books.guestRows.flatMap(({ id, role, instance_uuid: uuid, power }) => {
      const guest = there.get(id);
      const which = `${books.name}: the ${role} guest of ${uuid}`;
      if (guest === undefined) return [`${which} is on no host`];
      return guest.running === (power === 'running')
        ? []
        : [`${which} is to be ${power}, and ${guest.running ? 'runs' : 'does not run'}`];
    }),
    ...books.instances.flatMap(({ uuid, guest_id: id, power_state: power }) => {
      const runs = there.get(id ?? '')?.running === true;
      return runs === (power === POWER_STATE.running) ? [] : [`${books.name}: ${uuid} says power ${power}`];
    }),
  ];
}

/** Servers of which more than one guest runs at this moment, anywhere; this must never be. */
export function runningTwice(guests: readonly HostGuest[]): string[] {
  const running = Map.groupBy(
    guests.filter((guest) => guest.running),
    ({ instanceUuid }) => instanceUuid,
  );
  return [...running].flatMap(([uuid, guestRows]) =>
    guestRows.length === 1
      ? []
      : [`${guestRows.length} guests of ${uuid} run: ${guestRows.map(({ cell }) => cell).join(', ')}`],
  );
}
