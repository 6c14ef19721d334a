import { readdir, stat } from 'node:fs/promises';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { UidRange } from '../../uid-range.ts';

interface GuestUidsOptions {
  readonly range: UidRange;
  /** The users of the processes of this host: a user id of which a process is left is given to nobody. */
  readonly usersOfProcesses?: () => Promise<ReadonlySet<number>>;
}

/** `taken`: another guest has that id, or it is of the programs that inspect images. `outside`: the range has changed and lacks it. */
export type Adoption = 'adopted' | 'taken' | 'outside';

/**
 * Which user id is whose. An id is given once, until its guest is removed. It is given in memory; its guest's record makes it durable
 * before anything belongs to it, so that an agent that dies between the two has given nothing.
 */
export class GuestUids {
  readonly #options: GuestUidsOptions;
  readonly #byGuest = new Map<string, number>();
  readonly #given = new Set<number>();
  /** Ids are given in turn, so that the next guest does not get that of the one that was just removed. */
  #next: number;

  constructor(options: GuestUidsOptions) {
    this.#options = options;
    this.#next = options.range.first + 1;
  }

  /** Of the programs that inspect images: the first of the range, which no guest gets. */
  get imageUid(): number {
    return this.#options.range.first;
  }

  /** Takes over what a guest's record says, unless another has that id or the range does not: then this guest needs another. */
  adopt(guestId: string, uid: number): Adoption {
    const { first, last } = this.#options.range;
    if (!Number.isInteger(uid) || uid < first || uid > last) return 'outside';
    if (this.#given.has(uid) || uid === this.imageUid) return 'taken';
    this.#note(guestId, uid);
    return 'adopted';
  }

  /** The id of a guest, the same for each call until `release`. @throws VolvoxError unavailable when all are given. */
  async allocate(guestId: string): Promise<number> {
    const known = this.#byGuest.get(guestId);
    if (known !== undefined) return known;
    const busy = await (this.#options.usersOfProcesses ?? usersOfProcesses)();
    const uid = this.#byGuest.get(guestId) ?? this.#firstFree(busy);
    this.#note(guestId, uid);
    this.#next = uid + 1;
    return uid;
  }

  release(guestId: string): void {
    const uid = this.#byGuest.get(guestId);
    if (uid === undefined) return;
    this.#byGuest.delete(guestId);
    this.#given.delete(uid);
  }

  #firstFree(busy: ReadonlySet<number>): number {
    const { first, last } = this.#options.range;
    const count = last - first;
    for (let tried = 0; tried < count; tried++) {
      const uid = first + 1 + ((this.#next - first - 1 + tried) % count);
      if (!this.#given.has(uid) && !busy.has(uid)) return uid;
    }
    throw new VolvoxError(
      'unavailable',
      `All ${count} user ids of compute.guestUids are given to guests of this host.`,
    );
  }

  #note(guestId: string, uid: number): void {
    this.#byGuest.set(guestId, uid);
    this.#given.add(uid);
  }
}

async function usersOfProcesses(): Promise<ReadonlySet<number>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const uids = await Promise.all(pids.map((pid) => stat(`/proc/${pid}`).then(({ uid }) => uid, unlessGone)));
  return new Set(uids.filter((uid) => uid !== null));
}

function unlessGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return null;
  throw error;
}
