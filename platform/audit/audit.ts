import { messageOf } from '../errors/volvox-error.ts';
import type { Logger } from '../logging/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { AuditMetrics } from './audit-metrics.ts';
import type { Auditor, Difference } from './auditor.ts';
import { type FindingStore, MAX_FINDINGS } from './finding-store.ts';
import type { FindingsTable } from './findings-table.ts';

export interface AuditOptions {
  readonly auditors: readonly Auditor[];
  readonly findings: FindingStore;
  readonly metrics: AuditMetrics;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An auditor rests so many times as long as it looked: it takes a small part of a database, however large or busy that is. */
const REST = 20;

interface Suspicion {
  readonly message: string;
  /** When it was first seen like this, ms. */
  readonly since: number;
}

/**
 * Goes round its auditors. What one finds is on its way at first; once it stays, it is put right where that is safe, else shown: in the
 * findings (`volvox doctor`) and in the gauge of its kind. Several processes may audit the same: repairs look again under a lock.
 */
export class Audit {
  readonly #options: AuditOptions;
  readonly #suspicions = new Map<Auditor, ReadonlyMap<string, Suspicion>>();
  readonly #notBefore = new Map<Auditor, number>();

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** One round. An auditor that fails keeps what it said before, and does not keep the others from looking. */
  async round(): Promise<void> {
    const { auditors, clock, findings, log } = this.#options;
    try {
      await findings.dropUnknownKinds(auditors.flatMap(({ kinds }) => kinds));
    } catch (error) {
      log.warn(
        { reason: messageOf(error) },
        'findings of unknown kinds could not be deleted; the next round tries again',
      );
    }
    for (const auditor of auditors) {
      const startedAt = clock.now();
      if (startedAt < (this.#notBefore.get(auditor) ?? 0)) continue;
      try {
        await this.#audit(auditor);
      } catch (error) {
        log.warn({ reason: messageOf(error), kinds: auditor.kinds }, 'an audit failed; it is done again');
      }
      const restMs = REST * (clock.now() - startedAt);
      this.#notBefore.set(auditor, startedAt + Math.max(auditor.everyMs ?? 0, restMs));
    }
  }

  async #audit(auditor: Auditor): Promise<void> {
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
    await findings.keep(auditor.kinds, shown.slice(0, MAX_FINDINGS), seen);
  }

  /** True: it is no difference any more. */
  async #repair(difference: Difference): Promise<boolean> {
    const { log, metrics } = this.#options;
    const { kind, subject, message, repair } = difference;
    if (repair === undefined) return false;
    try {
      if (!(await repair())) return true;
    } catch (error) {
      log.warn({ kind, subject, reason: messageOf(error) }, 'a difference could not be put right yet');
      return false;
    }
    metrics.repaired(kind);
    log.warn({ kind, subject, difference: message }, 'a difference was put right');
    return true;
  }
}
