import { describe, expect, it } from 'vitest';
import { filtersWith } from '../../../scheduler/filters/registry.ts';
import { schedule } from '../../../scheduler/schedule.ts';
import { DEFAULT_POLICY } from '../../../scheduler/scheduling-policy.ts';
import { aHost, aRequest, aSnapshot, aView } from './builders.ts';

type Hints = Readonly<Record<string, unknown>>;
const HOST = aHost({ hostIp: '10.0.7.9', used: { vcpus: 4, ramMb: 5_536, diskGb: 0 } });

/** Why the host is refused; undefined: it is not. */
const refusal = (names: readonly string[], schedulerHints: Hints, host = HOST): string | undefined =>
  schedule(aRequest({ schedulerHints: { ...schedulerHints } }), aSnapshot([aView(host)]), {
    ...DEFAULT_POLICY,
    filters: filtersWith(names),
  }).refusals[0]?.reason;
const query = (expression: unknown): string | undefined => refusal(['json'], { query: JSON.stringify(expression) });

it('change nothing while they are off', () => {
  expect(refusal([], { query: '["=", 1, 2]' })).toBeUndefined();
  expect(refusal([], { build_near_host_ip: '192.0.2.1', cidr: '/24' })).toBeUndefined();
  expect(refusal([], { query: 'no JSON' })).toBeUndefined();
});

describe('the hint query', () => {
  it.each<[unknown]>([
    [['>=', '$free_ram_mb', 60_000]],
    [['=', '$hypervisor_hostname', 'host-1']],
    [['and', ['>', '$vcpus_total', '$vcpus_used'], ['=', '$cpu_info.arch', 'x86_64']]],
    [['or', ['<', 2, 1], ['<=', 1, 1, 2]]],
    [['not', ['=', '$host', 'host-2']]],
    [['in', '$host', 'host-2', 'host-1']],
    [['<', '$free_disk_mb', 1_024_001]],
    [[]],
  ])('%j is fulfilled', (expression) => {
    expect(query(expression)).toBeUndefined();
  });

  it.each<[unknown]>([
    [['>', '$free_ram_mb', 60_000]],
    [['=', '$nothing', 'x']],
    [['=', '$cpu_info.constructor', 'x']],
    [['=', 1]],
    [['<', '$host', 5]],
    [['and', ['=', 1, 1], ['not', ['=', 1, 1]]]],
    [['in', '$host']],
    [['or']],
  ])('%j is not', (expression) => {
    expect(query(expression)).toBe('it does not fulfil the query hint');
  });

  it('names what is wrong with an expression', () => {
    expect(query(['~', 1, 2])).toBe(
      'the query hint is wrong: a list has to begin with an operator: = < > <= >= in not or and',
    );
    expect(query(['constructor', 1])).toMatch(/has to begin with an operator/);
    expect(query({ a: 1 })).toMatch(/has to be a list/);
    expect(refusal(['json'], { query: '[' })).toBe('the query hint is wrong: it is not JSON');
    expect(refusal(['json'], { query: { a: 1 } })).toMatch(/a text of JSON/);
    expect(refusal(['json'], { query: `${'["not",'.repeat(2_000)}1${']'.repeat(2_000)}` })).toMatch(/at most 32 deep/);
  });
});

describe('the hints build_near_host_ip and cidr', () => {
  const near = (hints: Hints, hostIp = HOST.hostIp) => refusal(['simple-cidr-affinity'], hints, aHost({ hostIp }));
  const FAR = 'its address is not in the network of the build_near_host_ip hint';

  it('name a network together', () => {
    expect(near({ build_near_host_ip: '10.0.7.200' })).toBeUndefined();
    expect(near({ build_near_host_ip: '10.0.8.200' })).toBe(FAR);
    expect(near({ build_near_host_ip: '10.0.8.200', cidr: '/16' })).toBeUndefined();
    expect(near({ build_near_host_ip: '10.0.8.200', cidr: '/255.255.0.0' })).toBeUndefined();
    expect(near({ build_near_host_ip: '10.0.8.200', cidr: '/255.255.255.0' })).toBe(FAR);
    expect(near({ build_near_host_ip: '2001:db8::1', cidr: '/64' }, '2001:db8::2')).toBeUndefined();
    expect(near({ build_near_host_ip: '2001:db8::1', cidr: '/64' })).toBe(FAR);
    expect(near({ build_near_host_ip: '10.0.7.1' }, 'unknown')).toBe(FAR);
  });

  it('say when they do not, and need the first of them', () => {
    expect(near({ build_near_host_ip: 'here' })).toBe('the hints build_near_host_ip and cidr are no network');
    expect(near({ build_near_host_ip: '10.0.7.1', cidr: '/33' })).toMatch(/no network/);
    expect(near({ build_near_host_ip: '10.0.7.1', cidr: '/255.0.255.0' })).toMatch(/no network/);
    expect(near({ cidr: '/8' })).toBeUndefined();
  });
});

it('aggregates choose images by their properties', () => {
  const aggregates = [{ name: 'windows', metadata: { os_type: 'windows, other', hw_disk_bus: 'scsi' } }];
  const refusals = (
    imageProperties: Readonly<Record<string, string>>,
    names = ['aggregate-image-properties-isolation'],
  ) =>
    schedule(aRequest({ imageProperties }), aSnapshot([aView(HOST, { aggregates })]), {
      ...DEFAULT_POLICY,
      filters: filtersWith(names),
    }).refusals.map(({ reason }) => reason);
  expect(refusals({ os_type: 'windows' })).toEqual([]);
  expect(refusals({ os_type: 'other', architecture: 'x86_64' })).toEqual([]);
  expect(refusals({})).toEqual([]);
  expect(refusals({ os_type: 'linux' })).toEqual(['its aggregates are for images with another os_type']);
  expect(refusals({ os_type: 'linux' }, [])).toEqual([]);
});
