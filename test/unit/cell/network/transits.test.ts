import { expect, test } from 'vitest';
import { METADATA_ADDRESS } from '../../../../cell/network/desired-host.ts';
import {
  metadataTransit,
  outsideTransit,
  REACH_ADDRESS,
  routerTransit,
  slotOfTransit,
} from '../../../../cell/network/drivers/linux/transits.ts';
import { Slots } from '../../../../cell/network/slots.ts';

test('the transits of all slots have addresses of their own, link-local ones, and none is the metadata address', () => {
  const slots = new Slots();
  const used = new Set<string>([METADATA_ADDRESS, REACH_ADDRESS]);
  let last = 0;
  try {
    for (;;) last = slots.of(`network-${last + 1}`);
  } catch (error) {
    expect(String(error)).toContain('on one host');
  }
  expect(last).toBeGreaterThanOrEqual(1_000);
  for (let slot = 1; slot <= last; slot++) {
    for (const { servingEnd, networkEnd } of [metadataTransit(slot), outsideTransit(slot), routerTransit(slot)]) {
      for (const address of [servingEnd, networkEnd]) {
        expect(address.startsWith('169.254.') && !used.has(address)).toBe(true);
        used.add(address);
      }
    }
    expect(slotOfTransit(metadataTransit(slot).servingEnd)).toBe(slot);
  }
});
