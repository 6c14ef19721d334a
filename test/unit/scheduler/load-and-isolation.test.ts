import { describe, expect, it } from 'vitest';
import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Host } from '#platform/objects/host.ts';
import { filtersWith } from '../../../scheduler/filters/registry.ts';
import type { KnownHost } from '../../../scheduler/known-host.ts';
import { schedule } from '../../../scheduler/schedule.ts';
import { DEFAULT_POLICY } from '../../../scheduler/scheduling-policy.ts';
import { DEFAULT_SETTINGS } from '../../../scheduler/scheduling-settings.ts';
import { aHost, aRequest, aSnapshot, aView, idOf } from './builders.ts';

interface Asked {
  readonly filter: string;
  readonly settings?: Partial<typeof DEFAULT_SETTINGS>;
  readonly request?: Partial<SchedulingRequest>;
}

/** Why each host is refused; null: it is not. */
const reasons = (hosts: readonly KnownHost[], { filter, settings, request }: Asked) =>
  hosts.map((host) => {
    const filters = filtersWith([filter], { ...DEFAULT_SETTINGS, ...settings });
    return schedule(aRequest(request), aSnapshot([host]), { ...DEFAULT_POLICY, filters }).refusals[0]?.reason ?? null;
  });
const withMetadata = (metadata: Readonly<Record<string, string>>, host: Partial<Host> = {}) =>
  aView(aHost(host), { aggregates: [{ name: 'one', metadata }] });

describe.each([
  {
    filter: 'num-instances',
    host: 'runningGuests',
    setting: 'maxInstancesPerHost',
    key: 'max_instances_per_host',
    reached: 'it has the maximum number of servers',
  },
  {
    filter: 'io-ops',
    host: 'ioOps',
    setting: 'maxIoOpsPerHost',
    key: 'max_io_ops_per_host',
    reached: 'it builds, moves or saves the maximum number of servers',
  },
] as const)('$filter', ({ filter, host, setting, key, reached }) => {
  const having = (count: number) => aView(aHost({ [host]: count }));

  it('refuses hosts at the limit', () => {
    expect(reasons([having(2), having(3), having(4)], { filter, settings: { [setting]: 3 } })).toEqual([
      null,
      reached,
      reached,
    ]);
  });

  it('takes the limit of Nova unless another is configured', () => {
    const limit = DEFAULT_SETTINGS[setting];
    expect(reasons([having(limit - 1), having(limit)], { filter })).toEqual([null, reached]);
  });

  it('takes the least limit of the aggregates of a host, where all are numbers', () => {
    const limited = (value: string) => withMetadata({ [key]: value }, { [host]: 3 });
    const asked = { filter, settings: { [setting]: 1 } };
    expect(reasons([limited('4'), limited('3'), limited('many')], asked)).toEqual([null, reached, reached]);
  });

  it('counts decisions that the cell has not reported yet', () => {
    const view = having(2);
    view.assume({ vcpus: 1, ramMb: 1, diskGb: 1 }, null, 0);
    expect(reasons([view], { filter, settings: { [setting]: 3 } })).toEqual([reached]);
  });

  it('changes nothing while it is off', () => {
    expect(reasons([having(1_000)], { filter: 'json' })).toEqual([null]);
  });
});

it('aggregates choose flavors by their names', () => {
  const hosts = [
    aView(),
    withMetadata({ instance_type: 'm1.large, m1.small' }),
    withMetadata({ instance_type: 'gpu' }),
  ];
  const asked = (request: Partial<SchedulingRequest>) => reasons(hosts, { filter: 'aggregate-type-affinity', request });
  const other = 'its aggregates are for other flavors';
  expect(asked({ flavorName: 'm1.small' })).toEqual([null, null, other]);
  expect(asked({ flavorName: 'gpu' })).toEqual([null, other, null]);
  expect(asked({})).toEqual([null, other, other]);
});

describe('isolated hosts', () => {
  const [windows, linux] = [idOf('windows'), idOf('linux')];
  const hosts = [aView(aHost({ name: 'isolated' })), aView(aHost({ name: 'other' }))];
  const [notIsolated, isolated] = ['it is not one of the hosts for isolated images', 'it is isolated for other images'];
  const asked = (imageId: string | null, isolation: Partial<(typeof DEFAULT_SETTINGS)['isolation']> = {}) =>
    reasons(hosts, {
      filter: 'isolated-hosts',
      request: imageId === null ? {} : { imageId },
      settings: { isolation: { hosts: ['isolated'], images: [windows], restricts: true, ...isolation } },
    });

  it('take the isolated images, which no other host takes', () => {
    expect(asked(windows)).toEqual([null, notIsolated]);
    expect(asked(linux)).toEqual([isolated, null]);
    expect(asked(null)).toEqual([isolated, null]);
  });

  it('take other images too if they are not restricted', () => {
    expect(asked(windows, { restricts: false })).toEqual([null, notIsolated]);
    expect(asked(linux, { restricts: false })).toEqual([null, null]);
  });

  it('take nothing where no image is isolated; no host isolates nothing', () => {
    expect(asked(windows, { images: [] })).toEqual([isolated, null]);
    expect(asked(windows, { hosts: [] })).toEqual([null, null]);
  });
});
