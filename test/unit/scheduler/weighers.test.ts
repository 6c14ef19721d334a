import { describe, expect, it } from 'vitest';
import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { KnownHost } from '../../../scheduler/known-host.ts';
import { schedule } from '../../../scheduler/schedule.ts';
import { DEFAULT_POLICY } from '../../../scheduler/scheduling-policy.ts';
import { aGpu } from './a-gpu.ts';
import { aCell, aGroup, aHost, aRequest, aSnapshot, aView } from './builders.ts';

const best = (hosts: readonly KnownHost[], request: Partial<SchedulingRequest> = {}, multipliers = {}) =>
  schedule(aRequest(request), aSnapshot(hosts), { ...DEFAULT_POLICY, multipliers }).candidates[0]?.hostName;

const using = (name: string, used: { vcpus?: number; ramMb?: number; diskGb?: number }, rest = {}) =>
  aView(aHost({ name, used: { vcpus: 0, ramMb: 0, diskGb: 0, ...used }, ...rest }));

describe('weighers', () => {
  it('prefer more free RAM, VCPUs, disk', () => {
    expect(best([using('full', { ramMb: 4_096 }), using('free', { ramMb: 1_024 })])).toBe('free');
    expect(best([using('full', { vcpus: 4 }), using('free', { vcpus: 1 })])).toBe('free');
    expect(best([using('full', { diskGb: 40 }), using('free', { diskGb: 10 })])).toBe('free');
  });

  it('stack when the multiplier is negative', () => {
    const hosts = [using('full', { ramMb: 4_096 }), using('free', { ramMb: 1_024 })];
    expect(best(hosts, {}, { ram: -1 })).toBe('full');
  });

  it('weigh each resource by how it differs, not by its unit', () => {
    const hosts = [using('little-ram', { ramMb: 60_000 }), using('no-disk', { vcpus: 1, diskGb: 900 })];
    expect(best(hosts)).toBe('little-ram');
    expect(best(hosts, {}, { ram: 3 })).toBe('no-disk');
  });

  it('take the least multiplier that aggregates of the host give, else the one of the configuration', () => {
    const withRam = (...values: readonly string[]) =>
      values.map((value) => ({ name: value, metadata: { ram_weight_multiplier: value } }));
    const used = { vcpus: 0, ramMb: 4_096, diskGb: 0 };
    const pair = (...values: readonly string[]) =>
      (['full', 'free'] as const).map((name) => {
        const host = aHost({ name, ...(name === 'full' ? { used } : { used: { ...used, ramMb: 1_024, vcpus: 1 } }) });
        return aView(host, { aggregates: withRam(...values) });
      });
    expect(best(pair(), {}, { ram: 2 })).toBe('free');
    expect(best(pair('0.5'), {}, { ram: 2 })).toBe('full');
    expect(best(pair('3', '0.5'), {}, { ram: 2 })).toBe('full');
    expect(best(pair('0.5', 'much'), {}, { ram: 2 })).toBe('free');
  });

  it('prefer a newer hypervisor', () => {
    expect(best([using('older', {}, { hypervisorVersion: 7 }), using('newer', {}, { hypervisorVersion: 8 })])).toBe(
      'newer',
    );
  });

  it('prefer hosts with less work in progress, also if aggregates turn that round', () => {
    const hosts = [using('busy', {}, { ioOps: 2 }), using('idle', {}, { ioOps: 1 })];
    expect(best(hosts)).toBe('idle');
    expect(best(hosts, {}, { ioOps: 1 })).toBe('busy');
    const aggregates = [{ name: 'one', metadata: { io_ops_weight_multiplier: '1' } }];
    expect(best(hosts.map(({ host }) => aView(host, { aggregates })))).toBe('busy');
  });

  it('ignore how many servers a host has, until they have a multiplier', () => {
    const hosts = [using('many', { diskGb: 40 }, { runningGuests: 9 }), using('few', { diskGb: 50 })];
    expect(best(hosts)).toBe('many');
    expect(best(hosts, {}, { numInstances: -3 })).toBe('few');
  });

  it('let failing builds outweigh everything', () => {
    const hosts = [using('broken', {}, { buildFailures: 1 }), using('full', { ramMb: 60_000, vcpus: 60, diskGb: 900 })];
    expect(best(hosts)).toBe('full');
  });

  it('try a failing host again, one build at a time', () => {
    const host = aHost({ name: 'failing', buildFailures: 3, onTrial: true });
    const [failing, full] = [aView(host), using('full', { ramMb: 60_000, vcpus: 60, diskGb: 900 })];
    expect(best([failing, full])).toBe('failing');
    expect(best([aView({ ...host, ioOps: 1 }), full])).toBe('full');
    failing.assume({ vcpus: 1, ramMb: 1, diskGb: 1 }, null, 0);
    expect(best([failing, full])).toBe('full');
  });

  it('keep a server that may leave its cell there, or draw it away', () => {
    const own = aCell('own', { enabled: false });
    const hosts = [
      aView(aHost({ name: 'full', used: { vcpus: 60, ramMb: 60_000, diskGb: 900 } }), { cell: own }),
      aView(aHost({ name: 'free' }), { cell: aCell('other') }),
    ];
    expect(best(hosts)).toBe('free');
    expect(best(hosts, { sourceCellId: own.id })).toBe('full');
    expect(best(hosts, { sourceCellId: own.id }, { crossCell: -1 })).toBe('free');
  });

  it('keep servers off hosts with free devices', () => {
    const [free, used] = [aGpu(0), aGpu(1)];
    const hosts = [
      using('devices', {}, { devices: [free, used] }),
      using('one left', {}, { devices: [free, used], devicesUsed: [used.address] }),
      using('plain', {}),
    ];
    expect(best(hosts)).toBe('plain');
    expect(best(hosts, {}, { pci: -3 })).toBe('devices');
    const devices = [{ name: 'gpu', count: 1, anyOf: [{ vendorId: '10de' }], affinity: 'legacy' as const }];
    expect(best(hosts, { devices })).toBe('one left');
  });

  it('soft affinity draws to members, soft anti-affinity away', () => {
    const group = aGroup('soft-affinity');
    const hosts = [using('with', {}, { groups: { [group.id]: 2 } }), using('without', {})];
    expect(best(hosts, { serverGroup: group })).toBe('with');
    expect(best(hosts, { serverGroup: aGroup('soft-anti-affinity') })).toBe('without');
  });
});
