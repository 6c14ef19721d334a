import { describe, expect, it } from 'vitest';
import { Audit } from '#platform/audit/audit.ts';
import type { AuditMetrics } from '#platform/audit/audit-metrics.ts';
import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import type { FindingStore, StoredFinding } from '#platform/audit/finding-store.ts';
import type { FindingsTable } from '#platform/audit/findings-table.ts';
import { silentLogger } from '#platform/logging/logger.ts';

const aDifference = (rest: Partial<Difference> = {}): Difference => ({
  kind: 'host-usage',
  subject: 'a',
  message: 'counts 2, claims 1',
  advice: 'none',
  ...rest,
});

const isAmong = (one: StoredFinding, others: readonly StoredFinding[]): boolean =>
  others.some(({ kind, subject }) => kind === one.kind && subject === one.subject);

const ofAnotherRelease = { ...aDifference(), kind: 'host-gone' as FindingsTable['kind'], since: 0 };

/** An audit of one auditor over findings in memory, with a clock that is set by hand. */
function anAudit(rest: Partial<Auditor> = {}) {
  const state = {
    ...{ now: 1_000, found: [] as Difference[], shown: [] as FindingsTable[], gauge: -1, repaired: 0 },
    dropFails: false,
  };
  const auditor: Auditor = { kinds: ['host-usage'], settleMs: 5_000, look: async () => state.found, ...rest };
  const findings: FindingStore = {
    list: async () => [],
    stored: async () => state.shown,
    store: async (shown) => {
      state.shown = [...state.shown.filter((one) => !isAmong(one, shown)), ...shown];
    },
    remove: async (gone) => {
      if (state.dropFails && gone.length > 0) throw new Error('the database is away');
      state.shown = state.shown.filter((one) => !isAmong(one, gone));
    },
  };
  const metrics: AuditMetrics = {
    differences: (_kind, count) => {
      state.gauge = count;
    },
    repaired: () => {
      state.repaired += 1;
    },
  };
  const clock = { now: () => state.now, sleep: async () => undefined };
  const audit = new Audit({ auditors: [auditor], findings, metrics, clock, log: silentLogger });
  const at = async (now: number): Promise<void> => {
    state.now = now;
    await audit.round();
  };
  return { state, at };
}

describe('an audit', () => {
  it('shows a difference that stays, and says since when', async () => {
    const { state, at } = anAudit();
    state.found = [aDifference()];
    await at(1_000);
    await at(5_000);
    expect([state.shown.length, state.gauge]).toEqual([0, 0]);
    await at(6_000);
    expect(state.shown).toMatchObject([{ subject: 'a', since: 1_000 }]);
    expect(state.gauge).toBe(1);
    state.found = [];
    await at(7_000);
    expect([state.shown.length, state.gauge]).toEqual([0, 0]);
  });

  it('does not count a difference that keeps changing', async () => {
    const { state, at } = anAudit();
    for (let now = 1_000; now < 30_000; now += 4_000) {
      state.found = [aDifference({ message: `at ${now}` })];
      await at(now);
    }
    expect(state.gauge).toBe(0);
  });

  it('never counts a difference at the first look, however late that is, unless it settles at once', async () => {
    const slow = anAudit();
    slow.state.found = [aDifference()];
    await slow.at(1_000_000);
    expect(slow.state.gauge).toBe(0);
    const sure = anAudit({ settleMs: 0 });
    sure.state.found = [aDifference()];
    await sure.at(1_000);
    expect(sure.state.gauge).toBe(1);
  });

  it('repairs what it can, counts repairs, and drops differences that do not exist any more', async () => {
    const { state, at } = anAudit();
    const outcomes = [true, false];
    state.found = ['a', 'b'].map((subject, index) =>
      aDifference({ subject, repair: async () => outcomes[index] === true }),
    );
    await at(1_000);
    expect(state.repaired).toBe(0);
    await at(10_000);
    expect([state.repaired, state.gauge]).toEqual([1, 0]);
  });

  it('shows a difference that it could not repair, and tries again', async () => {
    const { state, at } = anAudit();
    let tries = 0;
    const repair = async () => {
      tries += 1;
      if (tries < 2) throw new Error('the database is away');
      return true;
    };
    state.found = [aDifference({ repair })];
    await at(1_000);
    await at(10_000);
    expect([tries, state.gauge]).toEqual([1, 1]);
    await at(11_000);
    expect([tries, state.gauge, state.repaired]).toEqual([2, 0, 1]);
  });

  it('keeps its findings when a look fails', async () => {
    let fails = false;
    const { state, at } = anAudit({
      settleMs: 0,
      look: async () => {
        if (fails) throw new Error('the database is away');
        return [aDifference()];
      },
    });
    await at(1_000);
    fails = true;
    await at(2_000);
    expect(state.shown).toHaveLength(1);
  });

  it('deletes findings of unknown kinds', async () => {
    const { state, at } = anAudit({ settleMs: 0 });
    state.shown = [ofAnotherRelease];
    await at(1_000);
    expect(state.shown).toEqual([]);
  });

  it('looks although findings of unknown kinds cannot be deleted', async () => {
    const { state, at } = anAudit({ settleMs: 0 });
    state.shown = [ofAnotherRelease];
    state.dropFails = true;
    state.found = [aDifference()];
    await at(1_000);
    expect(state.shown.map(({ kind }) => kind)).toEqual(['host-gone', 'host-usage']);
  });

  it('keeps what another process stored while it looked', async () => {
    const { state, at } = anAudit({
      look: async () => {
        state.shown = [{ ...aDifference(), since: 0 }];
        return [];
      },
    });
    await at(1_000);
    expect(state.shown).toHaveLength(1);
  });

  it('looks no more often than the auditor wants', async () => {
    let looks = 0;
    const look = async () => {
      looks += 1;
      return [];
    };
    const { at } = anAudit({ everyMs: 60_000, look });
    for (const now of [1_000, 2_000, 60_999, 61_000, 62_000]) await at(now);
    expect(looks).toBe(2);
  });

  it('rests longer after a long look', async () => {
    let looks = 0;
    const { state, at } = anAudit({
      look: async () => {
        looks += 1;
        state.now += 1_000;
        return [];
      },
    });
    for (const now of [1_000, 10_000, 20_999, 21_000]) await at(now);
    expect(looks).toBe(2);
  });
});
