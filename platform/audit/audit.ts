import { messageOf } from '../errors/volvox-error.ts';
import type { Logger } from '../logging/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { AuditMetrics } from './audit-metrics.ts';
import type { Auditor, Difference } from './auditor.ts';
import { type FindingStore, MAX_FINDINGS, type StoredFinding } from './finding-store.ts';
import type { FindingsTable } from './findings-table.ts';

interface AuditOptions {
  readonly auditors: readonly Auditor[];
  readonly findings: FindingStore;
  readonly metrics: AuditMetrics;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An auditor rests this many times as long as its last look took, so that it uses a small part of any database, however large or busy. */
const REST = 20;

interface Suspicion {
  readonly message: string;
  /** When the difference was first seen with this message, ms. */
  readonly since: number;
}

/**
 * Runs its auditors in rounds. A new difference may be only temporary. One that stays is repaired where that is safe; otherwise it is shown
 * in the findings (`volvox doctor`) and in the gauge of its kind. Several processes may audit the same records, because a repair looks
 * again under a lock.
 */
export class Audit {
  readonly #options: AuditOptions;
  readonly #suspicions = new Map<Auditor, ReadonlyMap<string, Suspicion>>();
  readonly #notBefore = new Map<Auditor, number>();

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** One round. The findings of an auditor that fails stay, and the other auditors go on. */
  async round(): Promise<void> {
    const { auditors, clock, log } = this.#options;
    const stored = await this.#storedOfKnownKinds();
    for (const auditor of auditors) {
      const startedAt = clock.now();
      if (startedAt < (this.#notBefore.get(auditor) ?? 0)) continue;
      try {
        await this.#audit(auditor, stored);
      } catch (error) {
        log.warn({ reason: messageOf(error), kinds: auditor.kinds }, 'an audit failed; the next round tries again');
      }
      const restMs = REST * (clock.now() - startedAt);
      this.#notBefore.set(auditor, startedAt + Math.max(auditor.everyMs ?? 0, restMs));
    }
  }

  /**
   * What is stored before anybody looks: what another process stores meanwhile stays. Deletes findings of unknown kinds: an upgrade renamed or
   * removed the kind, so no auditor would ever delete them. While processes of two releases run, each deletes what only the other knows, and
   * the other stores it again in its next round.
   */
  async #storedOfKnownKinds(): Promise<readonly StoredFinding[]> {
    const { auditors, findings, log } = this.#options;
    const stored = await findings.stored();
    const kinds: ReadonlySet<string> = new Set(auditors.flatMap((auditor) => auditor.kinds));
    const unknown = stored.filter(({ kind }) => !kinds.has(kind));
    try {
      await findings.remove(unknown);
    } catch (error) {
      log.warn(
        { reason: messageOf(error) },
        'findings of unknown kinds could not be deleted; the next round tries again',
      );
    }
    return stored;
  }

  async #audit(auditor: Auditor, stored: readonly StoredFinding[]): Promise<void> {
    const { clock, findings, metrics } = this.#options;
    const found = await auditor.look();
    const now = clock.now();
    const before = this.#suspicions.get(auditor);
    const suspicions = new Map<string, Suspicion>();
    const shown: FindingsTable[] = [];
    const seen: Difference[] = [];
    for (const difference of found) {
      const { kind, subject, message, advice } = difference;
      const key = `${kind} ${subject}`;
      const known = before?.get(key);
      const suspicion = known?.message === message ? known : { message, since: now };
      const counts = now - suspicion.since >= auditor.settleMs;
      if (counts && (await this.#repair(difference))) continue;
      suspicions.set(key, suspicion);
      seen.push(difference);
      if (counts) shown.push({ kind, subject, message, advice, since: suspicion.since });
    }
    this.#suspicions.set(auditor, suspicions);
    for (const kind of auditor.kinds) metrics.differences(kind, shown.filter((one) => one.kind === kind).length);
    // A finding of another process stays when this one sees the difference too, even if it does not count it yet.
    const isSeen = new Set(seen.map(({ kind, subject }) => `${kind} ${subject}`));
    const isOver = ({ kind, subject }: StoredFinding) =>
      auditor.kinds.includes(kind) && !isSeen.has(`${kind} ${subject}`);
    await findings.remove(stored.filter(isOver));
    await findings.store(shown.slice(0, MAX_FINDINGS));
  }

  /** @returns true when the difference does not exist any more. */
  async #repair(difference: Difference): Promise<boolean> {
    const { log, metrics } = this.#options;
    const { kind, subject, message, repair } = difference;
    if (repair === undefined) return false;
    try {
      if (!(await repair())) return true;
    } catch (error) {
      log.warn({ kind, subject, reason: messageOf(error) }, 'a difference could not be repaired yet');
      return false;
    }
    metrics.repaired(kind);
    log.warn({ kind, subject, difference: message }, 'a difference was repaired');
    return true;
  }
}
