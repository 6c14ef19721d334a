import { describe, expect, it } from 'vitest';
import type { Host } from '#platform/objects/host.ts';
import { filtersWith } from '../../../scheduler/filters/registry.ts';
import { HostTable } from '../../../scheduler/host-table.ts';
import type { KnownHost } from '../../../scheduler/known-host.ts';
import { schedule } from '../../../scheduler/schedule.ts';
import { DEFAULT_POLICY } from '../../../scheduler/scheduling-policy.ts';
import { DEFAULT_SETTINGS } from '../../../scheduler/scheduling-settings.ts';
import { weighersWith } from '../../../scheduler/weighers/registry.ts';
import { aHost, aRequest, aView } from './builders.ts';

const decide = (
  weights: Readonly<Record<string, number>>,
  hosts: readonly Partial<Host>[],
  optional: string[] = [],
) => {
  const settings = { ...DEFAULT_SETTINGS, metrics: { weights, unavailable: -10_000 } };
  const table = new HostTable<KnownHost>(settings.metrics);
  for (const host of hosts) table.add(aView(aHost(host)));
  const policy = { ...DEFAULT_POLICY, filters: filtersWith(optional, settings), weighers: weighersWith(settings) };
  return schedule(aRequest(), { table, silentCells: new Map() }, policy);
};
const best = (...asked: Parameters<typeof decide>) => decide(...asked).candidates.map(({ hostName }) => hostName);

describe('metrics of hosts', () => {
  const busy = { name: 'busy', metrics: { 'cpu.percent': 90, 'cpu.frequency': 3_000 } };
  const idle = { name: 'idle', metrics: { 'cpu.percent': 5, 'cpu.frequency': 2_900 } };
  const silent = { name: 'silent' };

  it('are weighed as their weights say, together', () => {
    expect(best({ 'cpu.percent': -1 }, [busy, idle])).toEqual(['idle', 'busy']);
    expect(best({ 'cpu.percent': 1 }, [busy, idle])).toEqual(['busy', 'idle']);
    expect(best({ 'cpu.percent': -1, 'cpu.frequency': 1 }, [busy, idle])).toEqual(['busy', 'idle']);
  });

  it('put a host last that does not tell one', () => {
    expect(best({ 'cpu.percent': -1 }, [silent, busy, idle])).toEqual(['idle', 'busy', 'silent']);
  });

  it('refuse such a host if their filter is on', () => {
    const { candidates, refusals } = decide({ 'cpu.percent': -1 }, [silent, busy], ['metrics']);
    expect(candidates.map(({ hostName }) => hostName)).toEqual(['busy']);
    expect(refusals).toMatchObject([
      { filter: 'metrics', reason: 'it does not tell the metric cpu.percent', hosts: 1 },
    ]);
    expect(decide({}, [silent], ['metrics']).refusals).toEqual([]);
  });
});
