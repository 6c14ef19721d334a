import { expect, test } from 'vitest';
import { networkNeedsOf, notOffered } from '#platform/objects/network-needs.ts';
import { aNetwork } from '../../support/a-network.ts';

test('ports need each type of their networks once, and tags for subports', () => {
  const networks = (['vxlan', 'flat', 'vxlan'] as const).map((segmentType) => aNetwork({ segmentType }));
  expect(networkNeedsOf(networks, [{}])).toEqual({ segmentTypes: ['flat', 'vxlan'], tagsFrames: false });
  const network = aNetwork({ segmentType: 'vlan' });
  const subport = { id: network.id, segmentationId: 7, mac: 'fa:16:3e:00:00:01', fixedIps: [], securityGroupIds: [] };
  expect(networkNeedsOf(networks, [{ subports: [{ ...subport, network }] }])).toEqual({
    segmentTypes: ['flat', 'vlan', 'vxlan'],
    tagsFrames: true,
  });
});

test('a host that tells offers nothing else, and one that does not offers all', () => {
  const needs = { segmentTypes: ['flat', 'vlan'] as const, tagsFrames: true };
  expect(notOffered({ segmentTypes: ['flat'] }, needs)).toBe('does not carry networks of the type vlan');
  expect(notOffered({ segmentTypes: ['flat', 'vlan'], tagsFrames: true }, needs)).toBeNull();
  expect(notOffered({ tagsFrames: false }, needs)).toBe('cannot tag the frames of subports: its kernel has no 802.1Q');
  expect(notOffered({ tagsFrames: false }, { ...needs, tagsFrames: false })).toBeNull();
  expect(notOffered({}, needs)).toBeNull();
});
