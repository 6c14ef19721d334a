import { describe, expect, it } from 'vitest';
import { deviceRequestsOf } from '#platform/objects/device-request.ts';
import { whyNotAliases, withDeviceAliases } from '../../../../../../api/compute/servers/create/device-aliases.ts';
import { aBuild, aFlavor } from '../../../../../support/a-build.ts';

const ALIASES = JSON.stringify([
  { name: 'gpu', vendor_id: '10de', product_id: '2230', numa_policy: 'required' },
  { name: 'gpu', vendor_id: '10de', product_id: '2231', numa_policy: 'required' },
  { name: 'whole nic', capability_type: 'pci', vendor_id: '8086', product_id: '1521', device_type: 'type-PF' },
  { name: 'vgpu', resource_class: 'VGPU' },
]);

const requestsOf = (extraSpecs: Record<string, string>, properties: Record<string, string> = {}, aliases = ALIASES) =>
  deviceRequestsOf(withDeviceAliases(aFlavor({ extraSpecs }), { ...aBuild().image, properties }, aliases));

it('a flavor without devices stays as it is', () => {
  const flavor = aFlavor({ extraSpecs: { 'resources:VCPU': '2' } });
  expect(withDeviceAliases(flavor, aBuild().image, ALIASES)).toBe(flavor);
  expect(requestsOf({ 'pci_passthrough:alias': 'gpu:0' })).toEqual([]);
});

it('an alias stands for any of its devices', () => {
  expect(requestsOf({ 'pci_passthrough:alias': 'gpu:2, whole nic:1' })).toEqual([
    {
      ...{ name: 'gpu', count: 2, affinity: 'required' },
      anyOf: ['2230', '2231'].map((productId) => ({ vendorId: '10de', productId })),
    },
    {
      ...{ name: 'whole nic', count: 1, affinity: 'legacy' },
      anyOf: [{ vendorId: '8086', productId: '1521', type: 'type-PF' }],
    },
  ]);
});

it('flavor and image name another policy', () => {
  const alias = { 'pci_passthrough:alias': 'gpu:1' };
  const affinity = (flavor: Record<string, string>, image: Record<string, string> = {}) =>
    requestsOf({ ...alias, ...flavor }, image).map((request) => request.affinity);
  expect(affinity({ 'hw:pci_numa_affinity_policy': 'socket' })).toEqual(['socket']);
  expect(affinity({}, { hw_pci_numa_affinity_policy: 'preferred' })).toEqual(['preferred']);
});

it('resource classes are requests too, of all groups together', () => {
  expect(requestsOf({ 'resources:VGPU': '1', 'resources1:VGPU': '1', 'resources:MEMORY_MB': '512' })).toEqual([
    { name: 'VGPU', count: 2, anyOf: [{ resourceClass: 'VGPU' }], affinity: 'legacy' },
  ]);
});

it.each([
  [{ 'pci_passthrough:alias': 'fpga:1' }, {}, 'PCI alias fpga is not defined'],
  [
    { 'pci_passthrough:alias': 'gpu' },
    {},
    "Invalid value 'gpu' of the extra spec pci_passthrough:alias; expected NAME:COUNT, with commas between several.",
  ],
  [{ 'pci_passthrough:alias': 'gpu:65' }, {}, 'A server has at most 64 devices of its host; the flavor asks for 65.'],
  [
    { 'pci_passthrough:alias': 'gpu:60', 'resources:VGPU': '5' },
    {},
    'A server has at most 64 devices of its host; the flavor asks for 65.',
  ],
  [
    { 'pci_passthrough:alias': 'gpu:1' },
    { hw_pci_numa_affinity_policy: 'near' },
    'Invalid PCI NUMA affinity configured: near',
  ],
  [
    { 'hw:pci_numa_affinity_policy': 'required' },
    { hw_pci_numa_affinity_policy: 'preferred' },
    "Image property 'hw_pci_numa_affinity_policy' is not permitted to override the 'hw:pci_numa_affinity_policy' flavor extra spec.",
  ],
])('%j with %j is refused', (extraSpecs, properties, message) => {
  expect(() => requestsOf(extraSpecs as Record<string, string>, properties as Record<string, string>)).toThrow(message);
});

describe('the aliases of the configuration', () => {
  it.each(['', '[]', ALIASES, '{"name": "gpu", "resource_class": "PGPU"}'])('may be %s', (text) => {
    expect(whyNotAliases(text)).toBeNull();
  });

  it.each([
    ['{', 'pciAliases is not JSON'],
    ['{"name": "gpu", "vendor_id": "10DE", "product_id": "2230"}', 'pciAliases: /0/vendor_id'],
    ['{"name": "a:b", "resource_class": "PGPU"}', 'pciAliases: /0/name'],
    ['{"name": "gpu", "resource_class": "PGPU", "live_migratable": "yes"}', 'pciAliases: /0'],
    ['{"name": "gpu", "vendor_id": "10de"}', 'alias gpu has neither vendor_id and product_id nor resource_class'],
    [
      '[{"name": "a", "resource_class": "A"}, {"name": "a", "resource_class": "B", "numa_policy": "socket"}]',
      "NUMA policy mismatch for alias 'a'",
    ],
    [
      '[{"name": "a", "resource_class": "A"}, {"name": "a", "resource_class": "B", "device_type": "type-VF"}]',
      "Device type mismatch for alias 'a'",
    ],
  ])('are not %s', (text, words) => {
    expect(whyNotAliases(text)).toContain(words);
  });
});
