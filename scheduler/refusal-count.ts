import type { Refusal } from '#platform/objects/decision-record.ts';

/** Counts refused hosts by filter, reason and cell. */
export class RefusalCount {
  readonly #counts = new Map<string, Map<string, { filter: string; hosts: number }>>();

  add(filter: string, reason: string, cellName: string, hosts = 1): void {
    if (hosts === 0) return;
    const reasons = this.#counts.get(cellName) ?? new Map<string, { filter: string; hosts: number }>();
    this.#counts.set(cellName, reasons);
    const known = reasons.get(reason);
    if (known === undefined) reasons.set(reason, { filter, hosts });
    else known.hosts += hosts;
  }

  /** The refusals, most frequent first. */
  list(): Refusal[] {
    return [...this.#counts]
      .flatMap(([cellName, reasons]) => [...reasons].map(([reason, count]) => ({ ...count, reason, cellName })))
      .sort((a, b) => b.hosts - a.hosts || a.cellName.localeCompare(b.cellName) || a.reason.localeCompare(b.reason));
  }
}
