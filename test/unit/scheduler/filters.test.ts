import { describe, expect, it } from 'vitest';
import { DIFFERENT_HOSTS_HINT, SAME_HOSTS_HINT, type SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { FILTERS } from '../../../scheduler/filters/registry.ts';
import type { KnownHost } from '../../../scheduler/known-host.ts';
import { aGpu } from './a-gpu.ts';
import { aCell, aGroup, aHost, aRequest, aSnapshot, aView, idOf } from './builders.ts';

/** The name of the first filter that objects, and its reason; null: the host is fit. */
const objection = (request: Partial<SchedulingRequest>, view: KnownHost, others: readonly KnownHost[] = []) => {
  const { table } = aSnapshot([view, ...others]);
  for (const filter of FILTERS) {
    const reason = filter.question(aRequest(request), table)?.(view) ?? null;
    if (reason !== null) return [filter.name, reason];
  }
  return null;
};
const fits = (request: Partial<SchedulingRequest>, view: KnownHost) => expect(objection(request, view)).toBeNull();
const objects = (filter: string, request: Partial<SchedulingRequest>, view: KnownHost, others?: readonly KnownHost[]) =>
  expect(objection(request, view, others)?.[0]).toBe(filter);

describe('filters', () => {
  it('have names of their own', () => {
    expect(new Set(FILTERS.map((filter) => filter.name)).size).toBe(FILTERS.length);
  });

  it('let an empty host that is up through', () => fits({}, aView()));

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('take %s as a key as any other', (key) => {
    const keyed = (name: string, value: string) => Object.fromEntries([[name, value]]);
    const aggregates = [{ name: 'a', metadata: {} }];
    objects(
      'aggregate-instance-extra-specs',
      { flavorExtraSpecs: keyed(`aggregate_instance_extra_specs:${key}`, 'x') },
      aView(aHost(), { aggregates }),
    );
    objects('compute-capabilities', { flavorExtraSpecs: keyed(`capabilities:${key}`, 'x') }, aView());
    objects('compute-capabilities', { flavorExtraSpecs: keyed(`capabilities:cpu_info:${key}`, 'x') }, aView());
    fits({ imageProperties: keyed(key, 'x') }, aView());
    objects('image-properties', { imageProperties: { hw_architecture: key } }, aView());
  });

  it('leave out hosts that are down or disabled', () => {
    objects('compute-status', {}, aView(aHost({ up: false })));
    objects('compute-status', {}, aView(aHost({ enabled: false })));
  });

  it('leave out hosts that have a problem, and say which', () => {
    expect(objection({}, aView(aHost({ problem: 'No tap device can be made' })))).toEqual([
      'host-problem',
      'it has a problem: No tap device can be made',
    ]);
    fits({}, aView(aHost({ problem: null })));
  });

  it('leave out hosts that do not carry a network of the server', () => {
    const view = aView(aHost({ segmentTypes: ['flat', 'vxlan'] }));
    expect(objection({ segmentTypes: ['flat', 'vlan'] }, view)).toEqual([
      'network-needs',
      'it does not carry networks of the type vlan',
    ]);
    fits({ segmentTypes: ['flat', 'vxlan'] }, view);
    fits({}, view);
    fits({ segmentTypes: ['vlan'] }, aView(aHost({ segmentTypes: ['flat', 'vlan'] })));
    // Of an earlier release.
    fits({ segmentTypes: ['vlan'], tagsFrames: true }, aView(aHost()));
    fits({ tagsFrames: true }, aView(aHost({ tagsFrames: true })));
    expect(objection({ tagsFrames: true }, aView(aHost({ tagsFrames: false })))).toEqual([
      'network-needs',
      'it cannot tag the frames of subports: its kernel has no 802.1Q',
    ]);
  });

  it('leave out disabled cells, but not for moves inside them', () => {
    const cell = aCell('cell-1', { enabled: false });
    objects('cell-enabled', {}, aView(aHost(), { cell }));
    fits({ onlyCellId: cell.id }, aView(aHost(), { cell }));
  });

  it('leave out what was tried', () => {
    objects('not-tried', { ignoreHostIds: [aHost().id] }, aView());
    objects('not-tried', { ignoreCellIds: [aCell().id] }, aView());
    fits({ ignoreHostIds: [idOf('another')] }, aView());
  });

  it('keep to a requested host or node', () => {
    const view = aView(aHost({ name: 'a', node: 'a-node' }));
    fits({ requestedHost: 'a' }, view);
    fits({ requestedHost: 'a-node' }, view);
    objects('requested-host', { requestedHost: 'b' }, view);
  });

  it('keep to the zone', () => {
    fits({ availabilityZone: 'north' }, aView(aHost(), { zone: 'north' }));
    objects('availability-zone', { availabilityZone: 'north' }, aView(aHost(), { zone: 'nova' }));
  });

  describe('capacity', () => {
    const used = (vcpus: number, ramMb: number, diskGb: number) => aView(aHost({ used: { vcpus, ramMb, diskGb } }));
    it('is filled to the last unit and not beyond', () => {
      fits({}, used(63, 64_512, 990));
      objects('capacity-VCPU', {}, used(64, 0, 0));
      objects('capacity-RAM', {}, used(0, 64_513, 0));
      objects('capacity-disk', {}, used(0, 0, 991));
    });
    it('tells too large from too full', () => {
      const large = { vcpus: 1, ramMb: 65_537, diskGb: 1 };
      expect(objection({ resources: large }, used(0, 0, 0))?.[1]).toBe('it has less RAM than requested');
      expect(objection({}, used(0, 65_536, 0))?.[1]).toBe('it has too little free RAM');
    });
    it('gives a single guest no more VCPUs than the host has, whatever the ratio', () => {
      fits({ resources: { vcpus: 16, ramMb: 1, diskGb: 0 } }, aView());
      objects('capacity-VCPU', { resources: { vcpus: 17, ramMb: 1, diskGb: 0 } }, aView());
    });
    it('counts own decisions of a moment ago', () => {
      const view = aView(aHost({ ratios: { vcpus: 1, ramMb: 1, diskGb: 1 } }));
      view.assume({ vcpus: 16, ramMb: 1, diskGb: 1 }, null, 0);
      objects('capacity-VCPU', {}, view);
    });
    it('skips a resource of which the request needs none', () => {
      fits({ resources: { vcpus: 1, ramMb: 1, diskGb: 0 } }, used(0, 0, 5_000));
    });
  });

  it('match image properties with what hosts list', () => {
    fits({ imageProperties: { hw_architecture: 'x86_64' } }, aView());
    fits({ imageProperties: { architecture: 'amd64' } }, aView());
    objects('image-properties', { imageProperties: { hw_architecture: 'aarch64' } }, aView());
    objects('image-properties', { imageProperties: { hw_disk_bus: 'ide' } }, aView());
    fits({ imageProperties: { hw_vif_model: 'anything, as nothing is listed' } }, aView());
    fits({ imageProperties: { img_hv_type: 'kvm' } }, aView());
    objects('image-properties', { imageProperties: { hypervisor_type: 'xen' } }, aView());
    fits({ imageProperties: { os_distro: 'debian' } }, aView());
  });

  it('match the capabilities a flavor asks for', () => {
    fits({ flavorExtraSpecs: { 'capabilities:cpu_info:arch': 'x86_64' } }, aView());
    fits({ flavorExtraSpecs: { 'capabilities:cpu_info:features': '<in> avx' } }, aView());
    fits({ flavorExtraSpecs: { 'capabilities:hypervisor_version': '>= 7000000' } }, aView());
    objects('compute-capabilities', { flavorExtraSpecs: { 'capabilities:cpu_info:arch': 's== arm' } }, aView());
    objects('compute-capabilities', { flavorExtraSpecs: { 'capabilities:unknown': '1' } }, aView());
    fits({ flavorExtraSpecs: { 'hw:cpu_policy': 'dedicated' } }, aView());
  });

  it('match the traits that a flavor or an image asks for', () => {
    const gold = aView(aHost(), { customTraits: ['CUSTOM_GOLD'] });
    const asks = (key: string, word: string) => ({ flavorExtraSpecs: { [key]: word } });
    fits(asks('trait:CUSTOM_GOLD', 'required'), gold);
    fits(asks('trait:CUSTOM_GOLD', 'forbidden'), aView());
    fits(asks('trait:COMPUTE_STORAGE_BUS_VIRTIO', 'required'), aView());
    fits(asks('trait1:HW_CPU_X86_AVX', 'required'), aView());
    fits({ imageProperties: { 'trait:CUSTOM_GOLD': 'required' } }, gold);
    fits(asks('traits', 'required'), aView());
    objects('traits', asks('trait:CUSTOM_GOLD', 'required'), aView());
    objects('traits', asks('trait:CUSTOM_GOLD', 'forbidden'), gold);
    objects('traits', asks('trait_COMPUTE:COMPUTE_STORAGE_BUS_IDE', 'required'), aView());
    objects('traits', { imageProperties: { 'trait:CUSTOM_GOLD': 'required' } }, aView());
    expect(objection(asks('trait:CUSTOM_GOLD', 'required'), aView())?.[1]).toBe(
      'it does not have the trait CUSTOM_GOLD, which the flavor requires',
    );
  });

  it('leave out every host for a flavor that asks for a resource class that no host has', () => {
    const asks = (key: string, amount: string) => ({ flavorExtraSpecs: { [key]: amount } });
    fits(asks('resources:VCPU', '2'), aView());
    fits(asks('resources:CUSTOM_LICENSE', '0'), aView());
    objects('resource-classes', asks('resources:CUSTOM_LICENSE', '1'), aView());
    objects('resource-classes', asks('resources1:VGPU', '1'), aView());
    const host = aView(aHost({ devices: [aGpu(0, { resourceClass: 'VGPU' })] }));
    fits(asks('resources1:VGPU', '1'), host);
    objects('resource-classes', asks('resources1:VGPU', '2'), host);
    objects('resource-classes', asks('resources:PGPU', '1'), host);
  });

  it('look for free devices, also without those of recent decisions', () => {
    const request = { name: 'gpu', count: 1, anyOf: [{ vendorId: '10de' }], affinity: 'legacy' as const };
    const asks = { devices: [request] };
    objects('pci-passthrough', asks, aView());
    const devices = [aGpu(0), aGpu(1)];
    fits(asks, aView(aHost({ devices })));
    objects('pci-passthrough', asks, aView(aHost({ devices, devicesUsed: devices.map(({ address }) => address) })));
    objects('pci-passthrough', { devices: [{ ...request, count: 3 }] }, aView(aHost({ devices })));
    const view = aView(aHost({ devices }));
    const one = { vcpus: 1, ramMb: 1, diskGb: 1 };
    view.assume(one, null, 0, { topology: null, devices: [request] });
    fits(asks, view);
    view.assume(one, null, 0, { topology: null, devices: [request] });
    objects('pci-passthrough', asks, view);
  });

  it('match aggregates with the extra specs of their scope', () => {
    const ssd = { name: 'fast', metadata: { disk: 'ssd,nvme' } };
    const wants = { flavorExtraSpecs: { 'aggregate_instance_extra_specs:disk': 'ssd' } };
    fits(wants, aView(aHost(), { aggregates: [ssd] }));
    objects('aggregate-instance-extra-specs', wants, aView());
    objects(
      'aggregate-instance-extra-specs',
      { flavorExtraSpecs: { 'aggregate_instance_extra_specs:disk': 'tape' } },
      aView(aHost(), { aggregates: [ssd] }),
    );
  });

  it('keep isolated hosts for their projects', () => {
    const aggregates = [{ name: 'kept', metadata: { filter_tenant_id: 'a, b', filter_tenant_id2: 'c' } }];
    for (const projectId of ['a', 'b', 'c']) fits({ projectId }, aView(aHost(), { aggregates }));
    objects('aggregate-tenant-isolation', { projectId: 'd' }, aView(aHost(), { aggregates }));
    fits({ projectId: 'd' }, aView(aHost(), { aggregates: [{ name: 'open', metadata: {} }] }));
  });

  it('keep near to or away from the hosts of other servers', () => {
    fits({ schedulerHints: { [SAME_HOSTS_HINT]: ['host-1'] } }, aView());
    objects('same-host', { schedulerHints: { [SAME_HOSTS_HINT]: ['host-2'] } }, aView());
    objects('different-host', { schedulerHints: { [DIFFERENT_HOSTS_HINT]: ['host-1'] } }, aView());
    fits({ schedulerHints: { [DIFFERENT_HOSTS_HINT]: [] } }, aView());
  });

  describe('server groups', () => {
    const group = aGroup('anti-affinity');
    const member = aView(aHost({ name: 'with', groups: { [group.id]: 1 } }));
    const empty = aView(aHost({ name: 'without' }));

    it('apart: fewer than max_server_per_host', () => {
      objects('server-group-anti-affinity', { serverGroup: group }, member);
      fits({ serverGroup: group }, empty);
      fits({ serverGroup: aGroup('anti-affinity', 2) }, member);
    });
    it('together: where a member is, anywhere when there is none', () => {
      const serverGroup = aGroup('affinity');
      fits({ serverGroup }, member);
      objects('server-group-affinity', { serverGroup }, empty, [member]);
      expect(objection({ serverGroup }, empty)).toBeNull();
    });
    it('count own decisions of a moment ago', () => {
      const view = aView(aHost({ name: 'assumed' }));
      view.assume({ vcpus: 1, ramMb: 1, diskGb: 1 }, group.id, 0);
      objects('server-group-anti-affinity', { serverGroup: group }, view);
    });
    it('the soft ones refuse nobody', () => {
      fits({ serverGroup: aGroup('soft-anti-affinity') }, member);
      fits({ serverGroup: aGroup('soft-affinity') }, empty);
    });
  });
});
