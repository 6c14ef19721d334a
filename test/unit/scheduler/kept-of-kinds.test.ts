import { describe, expect, it } from 'vitest';
import { HostTable } from '../../../scheduler/host-table.ts';
import type { KnownHost } from '../../../scheduler/known-host.ts';
import { schedule } from '../../../scheduler/schedule.ts';
import { DEFAULT_POLICY } from '../../../scheduler/scheduling-policy.ts';
import type { Snapshot } from '../../../scheduler/snapshot.ts';
import { VerdictMemory } from '../../../scheduler/verdicts.ts';
import { aCell, aHost, aRequest, aView } from './builders.ts';
import { referenceSchedule } from './reference-schedule.ts';

const GB = 1_024;
const free = (name: string, ramGb: number, vcpus: number, cell = 'cell-1'): KnownHost =>
  aView(aHost({ name, used: { vcpus: 64 - vcpus, ramMb: (64 - ramGb) * GB, diskGb: 0 } }), { cell: aCell(cell) });
const asking = (ramGb: number) => aRequest({ resources: { vcpus: 1, ramMb: ramGb * GB, diskGb: 0 } });

const tableOf = (hosts: readonly KnownHost[]) => {
  const table = new HostTable<KnownHost>();
  for (const host of hosts) table.add(host);
  return { table, silentCells: new Map<string, string>() };
};

/** So many decisions that what is kept of kinds is used. */
const decisionsOf = (hosts: readonly KnownHost[], snapshot: Snapshot, ramGb: number, multipliers = {}) => {
  const memory = new VerdictMemory();
  const policy = { ...DEFAULT_POLICY, multipliers };
  return (times: number): string[] =>
    Array.from({ length: times }, (_, at) => {
      const request = { ...asking(ramGb), requestId: `req-${at}` };
      const decision = schedule(request, snapshot, policy, memory);
      expect(decision).toEqual(referenceSchedule(request, { hosts, silentCells: new Map() }, policy));
      return decision.candidates[0]?.hostName ?? 'none';
    });
};

describe('what is kept of a kind', () => {
  it('is forgotten in the part whose hosts change', () => {
    const hosts = [free('small', 11, 20), free('large', 16, 20), free('middle', 13, 20)];
    const snapshot = tableOf(hosts);
    const decide = decisionsOf(hosts, snapshot, 12);
    expect(decide(1)).toEqual(['large']);
    const changed = free('large', 10, 20);
    for (const row of snapshot.table.named('large')) snapshot.table.replace(row, changed);
    hosts[1] = changed;
    expect(decide(1)).toEqual(['middle']);
  });

  it('has the best of those that pass, not only the best of all', () => {
    const hosts = [free('cpus', 1, 60), free('ram', 30, 20), free('less', 20, 10), free('other', 8, 9, 'cell-2')];
    expect(new Set(decisionsOf(hosts, tableOf(hosts), 2)(9))).toEqual(new Set(['ram']));
    expect(new Set(decisionsOf(hosts, tableOf(hosts), 1, { cpu: 9 })(9))).toEqual(new Set(['cpus']));
  });

  it('does not leave out a host that passes for one that does not, where less is better', () => {
    const hosts = [free('full', 1, 20), free('free', 20, 20), free('other', 40, 20, 'cell-2')];
    expect(new Set(decisionsOf(hosts, tableOf(hosts), 2, { ram: -1 })(9))).toEqual(new Set(['free']));
  });

  it('has all hosts that are equally good, which the request shuffles', () => {
    const hosts = ['a', 'b', 'c', 'd'].map((name) => free(name, 20, 20)).concat(free('other', 10, 10, 'cell-2'));
    expect(new Set(decisionsOf(hosts, tableOf(hosts), 2)(40))).toEqual(new Set(['a', 'b', 'c', 'd']));
  });

  it('is not used where rounding hides that a host is better', () => {
    const hosts = [free('a', 20, 20), free('b', 20, 21), free('other', 10, 20, 'cell-2')];
    const decide = decisionsOf(hosts, tableOf(hosts), 2, { ram: 1e12, cpu: 1e-9 });
    expect(new Set(decide(40))).toEqual(new Set(['a', 'b']));
  });
});
