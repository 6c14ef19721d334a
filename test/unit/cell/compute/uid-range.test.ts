import { describe, expect, it } from 'vitest';
import { loadConfig } from '#platform/config/load.ts';
import { COMPUTE_SECTIONS } from '../../../../cell/compute/config.ts';
import { parseUidRange } from '../../../../cell/compute/uid-range.ts';

const load = (compute: Record<string, string>) =>
  loadConfig({ compute: COMPUTE_SECTIONS.compute }, { environment: compute }).compute;

describe('the user ids of guests', () => {
  it('are above those of people and services by default', () => {
    expect(parseUidRange(load({}).guestUids)).toEqual({ first: 200_000, last: 299_999 });
  });

  it.each([
    ['', /is not a range/],
    ['200000', /is not a range/],
    ['200000 - 299999', /is not a range/],
    ['-5-10', /is not a range/],
    ['1000-2000', /below 65536 belong to others/],
    ['65534-70000', /below 65536 belong to others/],
    ['200000-4294967294', /the highest user id for a guest is 4294967293/],
    ['200000-200000', /fewer than 2/],
    ['300000-200000', /fewer than 2/],
  ])('are refused as %j, and the message names the option', (guestUids, message) => {
    expect(() => load({ VOLVOX_COMPUTE_GUEST_UIDS: guestUids })).toThrow(/compute: guestUids/);
    expect(() => load({ VOLVOX_COMPUTE_GUEST_UIDS: guestUids })).toThrow(message);
  });

  it.each(['../other', 'a/../b', '/absolute', 'a//b', 'a b'])('control group %j is refused', (cgroup) => {
    expect(() => load({ VOLVOX_COMPUTE_CGROUP: cgroup })).toThrow(/compute: cgroup is not the name/);
  });

  it.each(['', 'volvox', 'system.slice/volvox.service/guests'])('control group %j is taken', (cgroup) => {
    expect(load({ VOLVOX_COMPUTE_CGROUP: cgroup }).cgroup).toBe(cgroup);
  });
});
