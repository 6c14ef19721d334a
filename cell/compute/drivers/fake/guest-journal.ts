import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../agent/atomic-file.ts';
import type { SimulatedGuest } from './simulated-guest.ts';

/** Where the simulated guests outlive the process. */
export interface GuestJournal {
  /** What was there when it last ran. */
  load(): Promise<SimulatedGuest[]>;
  /** Notes the guest as it is now; null: it is gone. Written at the end of the turn, with all others of that turn. */
  note(guestId: string, guest: SimulatedGuest | null): void;
  /** Resolves when all that was noted is written. */
  flush(): Promise<void>;
}

/** What releases before the parts of a guest did not write. */
const FORMER = { rebuilds: 0, rescueDiskId: null, rescueId: null, saves: [], disks: [] } as const;

/** A guest as the file has it. Agents of every release read this file, so its names stay. */
type SavedGuest = Omit<SimulatedGuest, 'desired' | 'partialTransfer' | keyof typeof FORMER | 'cards'> & {
  readonly wanted: SimulatedGuest['desired'];
  readonly halfCopy: SimulatedGuest['partialTransfer'];
} & Partial<Pick<SimulatedGuest, keyof typeof FORMER | 'cards'>>;

const toSaved = ({ desired, partialTransfer, ...rest }: SimulatedGuest): SavedGuest => ({
  wanted: desired,
  halfCopy: partialTransfer,
  ...rest,
});

/** A guest of a release before its cards were noted has those that were desired then. */
const fromSaved = ({ wanted, halfCopy, ...rest }: SavedGuest): SimulatedGuest => ({
  ...FORMER,
  cards: wanted.spec.nics.map(({ tapName }) => tapName),
  desired: wanted,
  partialTransfer: halfCopy,
  ...rest,
});

type Line = readonly [guestId: string, guest: SavedGuest | null];

const toLine = ([guestId, guest]: readonly [string, SimulatedGuest | null]): string =>
  `${JSON.stringify([guestId, guest === null ? null : toSaved(guest)] satisfies Line)}\n`;

/**
 * A file of JSON lines; the last line of a guest counts. Each load rewrites the file without outdated lines. There is no fsync:
 * simulated guests survive the agent, not a power failure.
 */
export function fileJournal(stateDir: string): GuestJournal {
  const path = join(stateDir, 'fake-guests.jsonl');
  const pending = new Map<string, SimulatedGuest | null>();
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    while (pending.size > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const lines = [...pending].map(toLine);
      pending.clear();
      await appendFile(path, lines.join(''), { mode: 0o600 });
    }
  };

  return {
    load: async () => {
      await mkdir(stateDir, { recursive: true });
      const guests = new Map<string, SimulatedGuest>();
      for (const line of await readLines(path)) {
        const [guestId, guest] = JSON.parse(line) as Line;
        if (guest === null) guests.delete(guestId);
        else guests.set(guestId, fromSaved(guest));
      }
      await writeFileAtomically(path, [...guests].map(toLine).join(''));
      return [...guests.values()];
    },
    note: (guestId, guest) => {
      pending.set(guestId, guest);
      writing ??= write().finally(() => {
        writing = undefined;
      });
    },
    flush: async () => {
      await writing;
    },
  };
}

/** For tests, and where nothing is to be kept. */
export const noJournal: GuestJournal = { load: async () => [], note: () => undefined, flush: async () => undefined };

/** A last line without its end was being written when the process died; the guest is as it was before. */
async function readLines(path: string): Promise<string[]> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return content
    .slice(0, content.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '');
}
