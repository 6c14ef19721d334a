import { describe, expect, it } from 'vitest';
import type { GuestTopology } from '#platform/objects/guest-topology.ts';
import { requestedTopology, topologyOf } from '#platform/objects/requested-topology.ts';

type Specs = Readonly<Record<string, string>>;
const sized = (extraSpecs: Specs) => ({ vcpus: 4, ramMb: 2_048, extraSpecs: { ...extraSpecs } });
const asked = (flavor: Specs, image: Specs = {}): GuestTopology | null => requestedTopology(sized(flavor), image);
const one = (rest: Partial<GuestTopology> = {}, dedicated = ''): GuestTopology => ({
  nodes: [{ cpus: '0-3', dedicated, ramMb: 2_048 }],
  ...{ pages: null, threads: null, emulator: null },
  ...rest,
});

describe('what a flavor and an image ask of CPUs and memory', () => {
  it('is nothing for most', () => {
    expect(asked({ 'hw:cpu_sockets': '2' }, { hw_disk_bus: 'scsi' })).toBeNull();
    expect(asked({ 'hw:cpu_policy': 'shared' })).toBeNull();
    expect(asked({ 'resources:VCPU': '4' })).toBeNull();
  });

  it('is dedicated CPUs, by flavor, image or resource class', () => {
    const all = one({}, '0-3');
    expect(asked({ 'hw:cpu_policy': 'dedicated' })).toEqual(all);
    expect(asked({}, { hw_cpu_policy: 'dedicated' })).toEqual(all);
    expect(asked({ 'hw:cpu_policy': 'dedicated' }, { hw_cpu_policy: 'shared' })).toEqual(all);
    expect(asked({ 'resources:PCPU': '4' })).toEqual(all);
    expect(asked({ 'hw:cpu_policy': 'dedicated', 'hw:cpu_thread_policy': 'isolate' })).toEqual(
      one({ threads: 'isolate' }, '0-3'),
    );
    expect(
      asked({ 'hw:cpu_policy': 'dedicated', 'hw:cpu_thread_policy': 'prefer' }, { hw_cpu_thread_policy: 'require' }),
    ).toEqual(one({ threads: 'prefer' }, '0-3'));
    expect(asked({ 'hw:cpu_policy': 'dedicated', 'trait:HW_CPU_HYPERTHREADING': 'forbidden' })).toEqual(
      one({ threads: 'isolate' }, '0-3'),
    );
    expect(asked({ 'hw:cpu_policy': 'dedicated', 'hw:emulator_threads_policy': 'isolate' })).toEqual(
      one({ emulator: 'isolate' }, '0-3'),
    );
  });

  it('is some dedicated CPUs of a mixed guest', () => {
    expect(asked({ 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '2-3' })).toEqual(one({}, '2-3'));
    expect(asked({ 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '^0' })).toEqual(one({}, '1-3'));
    expect(asked({ 'hw:cpu_policy': 'mixed', 'hw:cpu_realtime': 'yes', 'hw:cpu_realtime_mask': '^0-1' })).toEqual(
      one({}, '2-3'),
    );
  });

  it('is NUMA nodes, all alike or as described', () => {
    const halves = [
      { cpus: '0-1', dedicated: '', ramMb: 1_024 },
      { cpus: '2-3', dedicated: '', ramMb: 1_024 },
    ];
    expect(asked({ 'hw:numa_nodes': '2' })).toEqual(one({ nodes: halves }));
    expect(asked({}, { hw_numa_nodes: '2' })).toEqual(one({ nodes: halves }));
    const described = {
      ...{ 'hw:numa_nodes': '2', 'hw:numa_cpus.0': '0,2-3', 'hw:numa_cpus.1': '1' },
      ...{ 'hw:numa_mem.0': '1536', 'hw:numa_mem.1': '512' },
    };
    expect(asked(described)?.nodes).toEqual([
      { cpus: '0,2-3', dedicated: '', ramMb: 1_536 },
      { cpus: '1', dedicated: '', ramMb: 512 },
    ]);
  });

  it.each([
    ['small', 'small'],
    ['large', 'large'],
    ['2048', 2_048],
    ['2MB', 2_048],
    ['1GiB', 1_048_576],
    ['16384Kb', 2_048],
  ])('is pages: %s', (text, pages) => {
    expect(asked({ 'hw:mem_page_size': text })).toEqual(one({ pages: pages as GuestTopology['pages'] }));
  });

  it('takes the size of pages from the image where the flavor leaves it open', () => {
    expect(asked({ 'hw:mem_page_size': 'large' }, { hw_mem_page_size: '2MB' })).toEqual(one({ pages: 2_048 }));
    expect(asked({ 'hw:mem_page_size': 'any' }, { hw_mem_page_size: 'small' })).toEqual(one({ pages: 'small' }));
  });

  const dedicated = { 'hw:cpu_policy': 'dedicated' };
  const mixed = { 'hw:cpu_policy': 'mixed' };
  const nodes = { 'hw:numa_nodes': '2' };
  it.each<[string, Specs, Specs]>([
    [
      "Image property 'hw_cpu_policy' is not permitted to override CPU pinning policy set against the flavor",
      { 'hw:cpu_policy': 'shared' },
      { hw_cpu_policy: 'dedicated' },
    ],
    [
      "Image property 'hw_cpu_policy' is not permitted to override CPU pinning policy set against the flavor",
      { ...mixed, 'hw:cpu_dedicated_mask': '0' },
      { hw_cpu_policy: 'dedicated' },
    ],
    [
      "Image property 'hw_cpu_thread_policy' is not permitted to override CPU thread pinning policy set against the flavor",
      { ...dedicated, 'hw:cpu_thread_policy': 'require' },
      { hw_cpu_thread_policy: 'isolate' },
    ],
    [
      'Cannot set cpu thread pinning policy in a non dedicated cpu pinning policy',
      { 'hw:cpu_thread_policy': 'require' },
      {},
    ],
    [
      'An isolated CPU emulator threads option requires a dedicated CPU policy option.',
      { 'hw:emulator_threads_policy': 'isolate' },
      {},
    ],
    [
      "CPU emulator threads option requested is invalid, given: 'some', available: '['isolate', 'share']'.",
      { ...dedicated, 'hw:emulator_threads_policy': 'some' },
      {},
    ],
    [
      "CPU policy requested from 'flavor extra specs' is invalid, given: 'mine', available: '['dedicated', 'shared', 'mixed']'.",
      { 'hw:cpu_policy': 'mine' },
      {},
    ],
    [
      "Cannot specify 'hw:cpu_dedicated_mask' without the 'mixed' policy.",
      { ...dedicated, 'hw:cpu_dedicated_mask': '0' },
      {},
    ],
    ['Dedicated CPU set can be specified from either', mixed, {}],
    [
      'Mixed instance must have at least 1 pinned vCPU and 1 unpinned vCPU.',
      { ...mixed, 'hw:cpu_dedicated_mask': '0-3' },
      {},
    ],
    [
      'Mixed instance dedicated vCPU(s) mask is not a subset of vCPUs in the flavor.',
      { ...mixed, 'hw:cpu_dedicated_mask': '3-4' },
      {},
    ],
    [
      'Cannot set realtime policy in a non dedicated cpu pinning policy',
      { 'hw:cpu_realtime': 'true', 'hw:cpu_realtime_mask': '^0' },
      {},
    ],
    ['Use of realtime CPUs requires', { ...dedicated, 'hw:cpu_realtime': 'true' }, {}],
    ["in combination with the 'hw:cpu_policy' extra spec", { ...dedicated, 'resources:PCPU': '4' }, {}],
    ["both 'resources:VCPU' and 'resources:PCPU'", { 'resources:VCPU': '2', 'resources1:PCPU': '2' }, {}],
    ['you must allocate exactly flavor.vcpus PCPUs', { 'resources:PCPU': '3' }, {}],
    [
      'you must allocate exactly flavor.vcpus + 1 PCPUs.',
      { 'resources:PCPU': '4', 'hw:emulator_threads_policy': 'isolate' },
      {},
    ],
    [
      "It is not possible to use the 'trait:HW_CPU_HYPERTHREADING'",
      { ...dedicated, 'hw:cpu_thread_policy': 'prefer', 'trait:HW_CPU_HYPERTHREADING': 'required' },
      {},
    ],
    [
      "Image property 'hw_numa_nodes' is not permitted to override NUMA configuration set against the flavor",
      nodes,
      { hw_numa_nodes: '2' },
    ],
    ["The property 'numa_nodes' cannot be 'two'. It must be a number greater than 0", { 'hw:numa_nodes': 'two' }, {}],
    [
      'Instance CPUs and/or memory cannot be evenly distributed across instance NUMA nodes.',
      { 'hw:numa_nodes': '3' },
      {},
    ],
    ['CPU and memory allocation must be provided for all NUMA nodes', { ...nodes, 'hw:numa_cpus.0': '0-3' }, {}],
    [
      "Image property 'hw_numa_cpus' is not permitted to override NUMA configuration set against the flavor",
      { ...nodes, 'hw:numa_cpus.0': '0-3' },
      { 'hw_numa_cpus.0': '0-3' },
    ],
    [
      'CPU number 4 is larger than max 3',
      { 'hw:numa_nodes': '1', 'hw:numa_cpus.0': '0-4', 'hw:numa_mem.0': '2048' },
      {},
    ],
    [
      'CPU number {3} is not assigned to any node',
      { 'hw:numa_nodes': '1', 'hw:numa_cpus.0': '0-2', 'hw:numa_mem.0': '2048' },
      {},
    ],
    [
      'CPU number 1 is assigned to two nodes',
      { ...nodes, 'hw:numa_cpus.0': '0-1', 'hw:numa_cpus.1': '1-3', 'hw:numa_mem.0': '1024', 'hw:numa_mem.1': '1024' },
      {},
    ],
    [
      '1024 MB of memory assigned, but expected 2048 MB',
      { 'hw:numa_nodes': '1', 'hw:numa_cpus.0': '0-3', 'hw:numa_mem.0': '1024' },
      {},
    ],
    ["Page size 2MB forbidden against '<empty>'", {}, { hw_mem_page_size: '2MB' }],
    ["Page size 1GB forbidden against '2048'", { 'hw:mem_page_size': '2048' }, { hw_mem_page_size: '1GB' }],
    ["Invalid memory page size 'huge'", { 'hw:mem_page_size': 'huge' }, {}],
    ["Invalid range expression '3-1'", { ...mixed, 'hw:cpu_dedicated_mask': '3-1' }, {}],
  ])('is refused in words of Nova: %s', (words, flavor, image) => {
    expect(() => asked(flavor, image)).toThrow(words);
    expect(topologyOf(sized(flavor), image)).toBeNull();
  });

  it('is refused for more CPUs than any host has', () => {
    expect(() => requestedTopology({ vcpus: 2 ** 31, ramMb: 1_024, extraSpecs: dedicated }, {})).toThrow(
      'at most 8192 CPUs',
    );
  });
});
