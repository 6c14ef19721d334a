import { expect, it } from 'vitest';
import { cpuTopology } from '../../../../../../cell/compute/drivers/qemu/cpu-topology.ts';
import { aSpec } from '../../a-guest.ts';

type Texts = Readonly<Record<string, string>>;
const of = (vcpus: number, properties: Texts = {}, extraSpecs: Texts = {}): string => {
  const { sockets, cores, threads } = cpuTopology({
    ...{ vcpus, extraSpecs: { ...extraSpecs } },
    image: { ...aSpec().image, properties: { ...properties } },
  });
  return `${sockets} × ${cores} × ${threads}`;
};

it('is a socket for each CPU when nobody asks for anything', () => {
  expect([of(1), of(6)]).toEqual(['1 × 1 × 1', '6 × 1 × 1']);
});

it.each<[string, number, Texts, Texts, string]>([
  ['cores of the image', 8, { hw_cpu_cores: '4' }, {}, '2 × 4 × 1'],
  ['all of it', 8, { hw_cpu_sockets: '1', hw_cpu_cores: '4', hw_cpu_threads: '2' }, {}, '1 × 4 × 2'],
  ['the flavor before the image', 8, { hw_cpu_cores: '4' }, { 'hw:cpu_cores': '2' }, '4 × 2 × 1'],
  ['a limit of the image', 8, { hw_cpu_max_sockets: '2' }, {}, '2 × 4 × 1'],
  ['limits of both', 8, { hw_cpu_max_sockets: '2' }, { 'hw:cpu_max_cores': '2' }, '2 × 2 × 2'],
  ['what the number of CPUs does not allow', 6, { hw_cpu_cores: '4' }, {}, '6 × 1 × 1'],
  [
    'limits that nothing keeps',
    7,
    { hw_cpu_max_sockets: '2', hw_cpu_max_cores: '2', hw_cpu_max_threads: '1' },
    {},
    '7 × 1 × 1',
  ],
  ['no number', 4, { hw_cpu_cores: 'many', hw_cpu_sockets: '-1' }, {}, '4 × 1 × 1'],
])('takes %s', (_what, vcpus, properties, extraSpecs, topology) => {
  expect(of(vcpus, properties, extraSpecs)).toBe(topology);
});
