import { expect, test } from 'vitest';
import { tapCounters } from '../../../../../../cell/compute/drivers/qemu/guest-stats.ts';

const DEVICES = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    2776      31    0    0    0     0          0         0     2776      31    0    0    0     0       0          0
tapa1b2c3d4-5f:  1500      12    1    2    0     0          0         0    98000      90    3    4    0     0       0          0
`;

test('what the host sends into a tap is what the guest receives', () => {
  expect(tapCounters(DEVICES, 'tapa1b2c3d4-5f')).toEqual({
    ...{ receivedBytes: 98000, receivedPackets: 90, receivedErrors: 3, receivedDrops: 4 },
    ...{ sentBytes: 1500, sentPackets: 12, sentErrors: 1, sentDrops: 2 },
  });
});

test('a tap that is not there has counted nothing', () => {
  expect(tapCounters(DEVICES, 'tapother')).toMatchObject({ receivedBytes: 0, sentPackets: 0 });
});
