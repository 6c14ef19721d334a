import { expect, test } from 'vitest';
import { notCarried, segmentTypesOf } from '#platform/objects/segment-types.ts';
import { aNetwork } from '../../support/a-network.ts';

test('networks have each of their types once', () => {
  const networks = (['vxlan', 'flat', 'vxlan'] as const).map((segmentType) => aNetwork({ segmentType }));
  expect(segmentTypesOf(networks)).toEqual(['flat', 'vxlan']);
});

test('a host that tells carries no other types, and one that does not carries any', () => {
  expect(notCarried(['flat'], ['flat', 'vlan'])).toBe('vlan');
  expect(notCarried(['flat', 'vlan'], ['flat', 'vlan'])).toBeUndefined();
  expect(notCarried(undefined, ['vlan'])).toBeUndefined();
});
