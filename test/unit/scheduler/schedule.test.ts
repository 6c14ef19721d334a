import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capacity } from '#platform/objects/host.ts';
import type { KnownHost } from '../../../scheduler/known-host.ts';
import { schedule } from '../../../scheduler/schedule.ts';
import { aCell, aHost, aRequest, aSnapshot, aView, idOf } from './builders.ts';

const region = (cells: number, hostsEach: number): KnownHost[] =>
  Array.from({ length: cells }, (_c, c) =>
    Array.from({ length: hostsEach }, (_h, h) => aView(aHost({ name: `c${c}-h${h}` }), { cell: aCell(`cell-${c}`) })),
  ).flat();

const resources = fc.record({
  vcpus: fc.integer({ min: 1, max: 20 }),
  ramMb: fc.integer({ min: 1, max: 30_000 }),
  diskGb: fc.integer({ min: 0, max: 400 }),
});

describe('schedule', () => {
  it('never gives a host more than its capacity, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(resources, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (requested, hostsEach) => {
        const hosts = region(2, hostsEach);
        for (const [at, one] of requested.entries()) {
          const request = aRequest({ instanceUuid: idOf(`i${at}`), resources: one });
          const [candidate] = schedule(request, aSnapshot(hosts)).candidates;
          hosts.find(({ host }) => host.id === candidate?.hostId)?.assume(one, null, 0);
        }
        for (const { host, used } of hosts) {
          const most = capacity(host);
          expect(used.vcpus).toBeLessThanOrEqual(most.vcpus);
          expect(used.ramMb).toBeLessThanOrEqual(most.ramMb);
          expect(used.diskGb).toBeLessThanOrEqual(most.diskGb);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('accounts for every host: each is a candidate or counts once as a refusal', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean(), resources), { maxLength: 20 }), (given) => {
        const hosts = given.map(([up, enabled, used], at) => aView(aHost({ name: `h${at}`, up, enabled, used })));
        const decision = schedule(aRequest({ alternates: 100 }), aSnapshot(hosts));
        const refused = decision.refusals.reduce((sum, refusal) => sum + refusal.hosts, 0);
        expect(decision.candidates.length + refused).toBe(hosts.length);
        expect(decision.hostsConsidered).toBe(hosts.length);
      }),
    );
  });

  it('tells hosts apart that differ in their traits alone', () => {
    const custom = (at: number) => (at % 5 === 0 ? ['CUSTOM_GOLD'] : []);
    const hosts = Array.from({ length: 20 }, (_, at) => aView(aHost({ name: `h${at}` }), { customTraits: custom(at) }));
    const named = (word: string) => {
      const request = aRequest({ alternates: 20, flavorExtraSpecs: { 'trait:CUSTOM_GOLD': word } });
      return schedule(request, aSnapshot(hosts)).candidates.map(({ hostName }) => hostName);
    };
    expect(named('required').sort()).toEqual(['h0', 'h10', 'h15', 'h5']);
    expect(named('forbidden')).toHaveLength(16);
  });

  it('decides the same again, and equals differently for another request', () => {
    const hosts = region(2, 20);
    const first = (requestId: string) => schedule(aRequest({ requestId }), aSnapshot(hosts)).candidates[0]?.hostName;
    expect(first('req-a')).toBe(first('req-a'));
    expect(schedule(aRequest(), aSnapshot([...hosts].reverse()))).toEqual(schedule(aRequest(), aSnapshot(hosts)));
    const chosen = new Set(Array.from({ length: 50 }, (_, at) => first(`req-${at}`)));
    expect(chosen.size).toBeGreaterThan(15);
  });

  it('gives alternates of the same cell first, and of other cells after them', () => {
    const cellsOf = (alternates: number, hosts: readonly KnownHost[]) =>
      schedule(aRequest({ alternates }), aSnapshot(hosts)).candidates.map((candidate) => candidate.cellName);
    const [best, ...rest] = cellsOf(5, region(3, 10));
    expect(rest.slice(0, 3)).toEqual([best, best, best]);
    expect(new Set(rest.slice(3)).size).toBe(2);
    expect(rest.slice(3)).not.toContain(best);
    expect(cellsOf(5, region(1, 10))).toHaveLength(6);
    expect(cellsOf(5, region(2, 1))).toHaveLength(2);
    expect(cellsOf(0, region(2, 3))).toHaveLength(1);
  });

  it('returns every candidate once', () => {
    const hostIds = schedule(aRequest({ alternates: 50 }), aSnapshot(region(3, 4))).candidates.map(
      (candidate) => candidate.hostId,
    );
    expect(new Set(hostIds).size).toBe(12);
  });

  it('looks at one cell only when told to', () => {
    const decision = schedule(aRequest({ onlyCellId: aCell('cell-1').id, alternates: 9 }), aSnapshot(region(2, 3)));
    expect(new Set(decision.candidates.map((candidate) => candidate.cellName))).toEqual(new Set(['cell-1']));
    expect(decision.hostsConsidered).toBe(3);
  });

  it('counts refusals by filter, reason and cell, the most frequent first', () => {
    const hosts = [
      ...region(1, 3),
      aView(aHost({ name: 'down', up: false }), { cell: aCell('cell-0') }),
      aView(aHost({ name: 'other' }), { cell: aCell('cell-1') }),
    ];
    const decision = schedule(
      aRequest({ resources: { vcpus: 1, ramMb: 999_999, diskGb: 1 } }),
      aSnapshot(hosts, ['cell-9']),
    );
    const reason = 'it has less RAM than requested';
    expect(decision.candidates).toEqual([]);
    expect(decision.refusals).toEqual([
      { filter: 'capacity-RAM', reason, cellName: 'cell-0', hosts: 3 },
      { filter: 'compute-status', reason: 'it is down', cellName: 'cell-0', hosts: 1 },
      { filter: 'capacity-RAM', reason, cellName: 'cell-1', hosts: 1 },
    ]);
    expect(decision.silentCells).toEqual(['cell-9']);
  });
});
