import { expect, test } from 'vitest';
import { desiredTraffic, LARGEST_FRAME, shapeName } from '../../../../cell/network/desired-traffic.ts';
import { limitTable } from '../../../../cell/network/drivers/linux/limit-table.ts';
import { observedShapes } from '../../../../cell/network/drivers/linux/shape.ts';

const rate = (perSecond: number, burst: number, peak?: number) => ({
  ...{ perSecond, burst },
  ...(peak === undefined ? {} : { peak }),
});

test('nothing is limited by nothing, nor by more than any card does', () => {
  expect(desiredTraffic(undefined, undefined)).toBeNull();
  expect(desiredTraffic({}, {})).toBeNull();
  expect(desiredTraffic({ ingress: rate(8_000_000_000, 1), egressPackets: rate(100_000_000, 1) }, {})).toBeNull();
  expect(desiredTraffic({ egress: rate(0, 100) }, undefined)).toBeNull();
});

test('of a policy and a flavor the stricter counts, in each direction', () => {
  const policy = { ingress: rate(1_000_000, 200_000), egress: rate(500_000, 100_000), dscp: 0 };
  const flavor = { ingress: rate(2_000_000, 300_000), egress: rate(400_000, 90_000) };
  expect(desiredTraffic(policy, flavor)).toMatchObject({
    shape: { perSecond: 1_000_000, burst: 200_000, peak: null },
    sentBytes: [{ perSecond: 400_000, burst: 90_000 }],
    dscp: 0,
  });
  // A lower rate with a larger burst is no reason to forget the other one.
  const bursty = desiredTraffic({ ingress: rate(1_000_000, 200_000) }, { ingress: rate(500_000, 9_000_000) });
  expect(bursty?.shape).toMatchObject({ perSecond: 500_000, burst: 9_000_000, peak: 1_000_000 });
});

test('a peak is one more rate that nothing exceeds', () => {
  const limits = { ingress: rate(100_000, 5_000_000, 300_000), egress: rate(100_000, 5_000_000, 300_000) };
  expect(desiredTraffic(undefined, limits)).toMatchObject({
    shape: { perSecond: 100_000, burst: 5_000_000, peak: 300_000 },
    sentBytes: [
      { perSecond: 100_000, burst: 5_000_000 },
      { perSecond: 300_000, burst: LARGEST_FRAME },
    ],
  });
});

test('a burst takes the largest frame of a guest, and no more than the kernel can count', () => {
  expect(desiredTraffic({ egress: rate(125_000, 10) }, undefined)?.sentBytes).toEqual([
    { perSecond: 125_000, burst: LARGEST_FRAME },
  ]);
  expect(desiredTraffic({ ingress: rate(125, 10) }, undefined)?.shape?.burst).toBe(25_000);
  expect(desiredTraffic({ ingress: rate(7e9, 1e12) }, undefined)?.shape?.burst).toBe(2 ** 31 - 1);
});

test('a shape is known again by what the kernel prints of it, and another one is not', () => {
  const shapes = [rate(125_000, 0), rate(125_000, 100_000), rate(250_000, 0)].map((ingress) => {
    const shape = desiredTraffic({ ingress }, undefined)?.shape;
    if (!shape) throw new Error('no shape');
    return shape;
  });
  expect(new Set(shapes.map(shapeName)).size).toBe(3);
  const printed = shapes.map(({ handle, perSecond }, at) => ({
    ...{ kind: 'tbf', handle: `${handle}:`, dev: `tap${at}`, root: true, options: { rate: perSecond } },
  }));
  const others = [{ kind: 'noqueue', handle: '0:', dev: 'tap9', root: true }];
  const read = observedShapes([...printed, ...others]);
  expect([...read.values()]).toEqual(shapes.map(shapeName));
  for (const { handle } of shapes) expect(Number.parseInt(handle, 16)).toBeLessThan(0x8000);
});

test('rules stand for the ports that have some', () => {
  const traffic = desiredTraffic(
    { egress: rate(125_000, 0), ingressPackets: rate(2_000, 100), dscp: 46, ingress: rate(1, 1) },
    undefined,
  );
  const port = { tap: 'tapa', mac: '', addresses: [], hostname: '' };
  const networks = [
    {
      ports: [
        { ...port, ...(traffic && { traffic }) },
        { ...port, tap: 'tapb' },
      ],
    },
  ];
  const table = limitTable(networks, 'abc');
  expect(table).toContain('chain sum-abc { }');
  expect(table).toContain(`limit rate over 125000 bytes/second burst ${LARGEST_FRAME} bytes drop
    ip dscp set 46
    ip6 dscp set 46
`);
  expect(table).toContain('limit rate over 2000/second burst 100 packets drop');
  expect(table).toContain('iifname vmap { "tapa" : goto from-tapa }');
  expect(table).not.toContain('tapb');
});
