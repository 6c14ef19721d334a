import { type Static, Type } from 'typebox';
import type { Flavor } from './flavor.ts';
import { Count } from './scalars.ts';

/** What a guest takes from its host. Disk is root + ephemeral + swap, in whole GiB (swap rounded up). */
export const Resources = Type.Object({ vcpus: Count, ramMb: Count, diskGb: Count });
export type Resources = Static<typeof Resources>;

export const resourcesOf = (flavor: Flavor): Resources => ({
  vcpus: flavor.vcpus,
  ramMb: flavor.ramMb,
  diskGb: flavor.diskGb + flavor.ephemeralGb + Math.ceil(flavor.swapMb / 1024),
});
