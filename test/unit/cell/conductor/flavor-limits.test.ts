import { expect, test } from 'vitest';
import { flavorLimits } from '../../../../cell/conductor/operations/flavor-limits.ts';

const of = (specs: Readonly<Record<string, string>>) =>
  flavorLimits({ extraSpecs: Object.fromEntries(Object.entries(specs).map(([name, n]) => [`quota:vif_${name}`, n])) });

test('extra specs count kilobytes, inbound to the guest and outbound from it', () => {
  expect(of({ inbound_average: '100', inbound_peak: '300', inbound_burst: '2', outbound_average: '50' })).toEqual({
    ingress: { perSecond: 100_000, burst: 2_048, peak: 300_000 },
    egress: { perSecond: 50_000, burst: 0 },
  });
});

test('a flavor without an average limits nothing', () => {
  expect(of({})).toBeUndefined();
  expect(
    of({ inbound_peak: '300', outbound_burst: '3', outbound_average: '0', inbound_average: 'much' }),
  ).toBeUndefined();
});
