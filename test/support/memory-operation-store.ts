import type { OperationRow, OperationStore } from '#platform/operations/store.ts';

/** Nothing is in a transaction of this store but the operation itself. */
export type NoTx = Record<string, never>;

/**
 * Operations in memory, with the promises of the SQL store: compare-and-swap on the lease token, wake-ups counted. For tests of the
 * engine's own logic; `crash` lets the next write fail after or before it took effect.
 */
export class MemoryOperationStore implements OperationStore<NoTx> {
  readonly rows = new Map<string, OperationRow>();
  /** Called at each write; throws to simulate a crash. 'before': nothing is written; 'after': it is, but nobody is told. */
  crash: (place: 'before' | 'after') => void = () => undefined;

  async transaction<R>(work: (tx: NoTx) => Promise<R>): Promise<R> {
    const before = new Map(this.rows);
    try {
      return await work({});
    } catch (error) {
      this.rows.clear();
      for (const [id, row] of before) this.rows.set(id, row);
      throw error;
    }
  }

  async insert(_tx: NoTx, row: OperationRow): Promise<boolean> {
    if (this.rows.has(row.id)) return false;
    this.rows.set(row.id, row);
    return true;
  }

  async insertAll(_tx: NoTx, rows: readonly OperationRow[]): Promise<void> {
    for (const row of rows) this.rows.set(row.id, row);
  }

  async saveEnds(_tx: NoTx, ends: readonly OperationRow[]): Promise<void> {
    for (const row of ends) this.rows.set(row.id, row);
  }

  async get(id: string): Promise<OperationRow | null> {
    return this.rows.get(id) ?? null;
  }

  async list(filter: Parameters<OperationStore<NoTx>['list']>[0]): Promise<readonly OperationRow[]> {
    return [...this.rows.values()]
      .filter((row) => filter.kind === undefined || row.kind === filter.kind)
      .filter((row) => filter.subject === undefined || row.subject === filter.subject)
      .filter((row) => filter.state === undefined || row.state === filter.state)
      .filter((row) => filter.overdueAt === undefined || (row.finishedAt === null && row.deadlineAt < filter.overdueAt))
      .slice(0, filter.limit);
  }

  async claim(id: string, owner: string, now: number, leaseMs: number): Promise<OperationRow | null> {
    return this.#change(
      id,
      (row) => row.finishedAt === null && row.leaseExpiresAt <= now,
      (row) => ({
        leaseOwner: owner,
        leaseToken: row.leaseToken + 1,
        leaseExpiresAt: now + leaseMs,
      }),
    );
  }

  async extend(id: string, token: number, expiresAt: number): Promise<boolean> {
    const isLeased = (row: OperationRow) =>
      row.leaseToken === token && row.leaseExpiresAt > 0 && row.finishedAt === null;
    return this.#change(id, isLeased, () => ({ leaseExpiresAt: expiresAt })) !== null;
  }

  async save(...[from, progress, options = {}]: Parameters<OperationStore<NoTx>['save']>): Promise<boolean> {
    const isLeased = (row: OperationRow) =>
      row.leaseToken === from.leaseToken &&
      row.state === from.state &&
      row.stepIndex === from.stepIndex &&
      row.attempt === from.attempt &&
      (options.signals === undefined || row.signals === options.signals);
    this.crash('before');
    const saved = this.#change(from.id, isLeased, () => progress) !== null;
    this.crash('after');
    return saved;
  }

  async resolve(...[from, resolved]: Parameters<OperationStore<NoTx>['resolve']>): Promise<boolean> {
    const same = (row: OperationRow) =>
      row.leaseToken === from.leaseToken &&
      row.state === from.state &&
      row.stepIndex === from.stepIndex &&
      row.attempt === from.attempt &&
      row.finishedAt === null;
    const fence = { leaseOwner: null, leaseToken: from.leaseToken + 1, leaseExpiresAt: 0 };
    return this.#change(from.id, same, () => ({ ...resolved, ...fence })) !== null;
  }

  async signal(id: string): Promise<void> {
    this.#change(
      id,
      (row) => row.finishedAt === null,
      (row) => ({ signals: row.signals + 1, wakeAt: 0 }),
    );
  }

  async countOverdue(now: number) {
    const late = [...this.rows.values()].filter((row) => row.finishedAt === null && row.deadlineAt < now);
    const kinds = new Map(late.map(({ kind, state }) => [`${kind} ${state}`, { kind, state }]));
    return [...kinds.values()].map((of) => ({
      ...of,
      count: late.filter(({ kind, state }) => kind === of.kind && state === of.state).length,
    }));
  }

  async due(now: number, limit: number): Promise<readonly string[]> {
    return [...this.rows.values()]
      .filter((row) => row.finishedAt === null && row.wakeAt <= now && row.leaseExpiresAt <= now)
      .map((row) => row.id)
      .slice(0, limit);
  }

  #change(
    id: string,
    when: (row: OperationRow) => boolean,
    change: (row: OperationRow) => Partial<OperationRow>,
  ): OperationRow | null {
    const row = this.rows.get(id);
    if (row === undefined || !when(row)) return null;
    const changed = { ...row, ...change(row) };
    this.rows.set(id, changed);
    return changed;
  }
}
