import { expect, test } from 'vitest';
import type { PortOnHost } from '#platform/objects/port-binding.ts';
import { trunkState } from '../../../super-conductor/reconcilers/trunk-state.ts';

const on = (portId: string, rest: Partial<PortOnHost> = {}): PortOnHost => ({
  ...{ portId, hostName: 'h', up: true, enforcesGroups: false, settled: true, error: null },
  ...rest,
});
const failed = (portId: string) => on(portId, { settled: false, error: 'no 802.1Q' });
const waiting = (portId: string) => on(portId, { settled: false });
const trunk = { portId: 'parent', subportIds: ['a', 'b'] };

test.each([
  ['no host has the parent', [], 'DOWN', null],
  ['the parent is not built yet', [waiting('parent'), on('a'), on('b')], 'BUILD', null],
  ['the parent cannot be built', [failed('parent'), on('a')], 'DOWN', 'host h: no 802.1Q'],
  ['all is built', [on('parent'), on('a'), on('b')], 'ACTIVE', null],
  ['the cell does not know a subport yet', [on('parent'), on('a')], 'BUILD', null],
  ['a subport is not built yet, and another one cannot be', [on('parent'), failed('a'), waiting('b')], 'BUILD', null],
  ['one of two cannot be built', [on('parent'), on('a'), failed('b')], 'DEGRADED', 'host h: no 802.1Q'],
  ['none of two can be built', [on('parent'), failed('a'), failed('b')], 'DOWN', 'host h: no 802.1Q'],
  ['another host has built it', [on('parent'), failed('a'), on('a', { hostName: 'i' }), on('b')], 'ACTIVE', null],
] as const)('%s', (_what, told, status, reason) => {
  expect(trunkState(trunk, told)).toEqual({ status, reason });
});

test('a trunk without subports is active when its parent is built', () => {
  expect(trunkState({ portId: 'parent', subportIds: [] }, [on('parent')])).toEqual({ status: 'ACTIVE', reason: null });
});
