import { messageOf } from '../errors/volvox-error.ts';
import type { Logger } from '../logging/logger.ts';
import type { AuditKind } from '../objects/audit-kinds.ts';
import type { Clock } from '../time/clock.ts';
import type { Auditor } from './auditor.ts';
import type { Sighting, SightingStore } from './sighting-store.ts';

/** A sighting that is not repeated for so long is no finding any more, ms. */
const SHOWN_MS = 3_600_000;
/** Of the same sighting, one line of the log and one write in this time, ms. */
const QUIET_MS = 10_000;
const MAX_REMEMBERED = 1_000;
/** How many different ones count in this time. Who lies a thousand times must not write a thousand lines and rows for each request. */
const MAX_IN_QUIET = 100;
/** In characters; a peer may choose names that are in it. */
const MAX_MESSAGE = 2_000;

/**
 * Where a process notes what it sees go wrong while it works, and what no auditor can see in the records afterwards. Each sighting is a
 * warning in the log and becomes a finding, which disappears an hour after the last one. Noting never fails and never delays the caller.
 */
export class Sightings {
  readonly #store: SightingStore;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #notedAt = new Map<string, number>();
  #countedSince = 0;
  #counted = 0;

  constructor(store: SightingStore, clock: Clock, log: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  note(given: Sighting): void {
    const sighting = { ...given, message: given.message.slice(0, MAX_MESSAGE) };
    const { kind, subject, message } = sighting;
    const now = this.#clock.now();
    const key = `${kind} ${subject}`;
    const notedAt = this.#notedAt.get(key);
    if (notedAt !== undefined && now - notedAt < QUIET_MS) return;
    if (!this.#counts(now)) return;
    if (this.#notedAt.size >= MAX_REMEMBERED) this.#notedAt.clear();
    this.#notedAt.set(key, now);
    this.#log.warn({ kind, subject }, message);
    this.#store.save(sighting, now).catch((error: unknown) => {
      this.#notedAt.delete(key);
      this.#log.warn({ kind, subject, reason: messageOf(error) }, 'a finding could not be stored');
    });
  }

  #counts(now: number): boolean {
    if (Math.abs(now - this.#countedSince) >= QUIET_MS) {
      this.#countedSince = now;
      this.#counted = 0;
    }
    this.#counted += 1;
    if (this.#counted === MAX_IN_QUIET + 1) this.#log.warn('there are more findings than are noted now');
    return this.#counted <= MAX_IN_QUIET;
  }
}

/** Shows what was sighted during the last hour, and deletes what is older. */
export const sighted = (store: SightingStore, kinds: readonly AuditKind[], clock: Clock): Auditor => ({
  kinds,
  settleMs: 0,
  look: async () => {
    const since = clock.now() - SHOWN_MS;
    await store.dropBefore(since);
    return store.list(kinds, since);
  },
});
