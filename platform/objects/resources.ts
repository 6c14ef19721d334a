import { type Static, Type } from 'typebox';
import type { Flavor } from './flavor.ts';

/** More than any host or guest has. Sums, products and weights of such amounts are finite, whatever a host claims to have. */
const Amount = Type.Integer({ minimum: 0, maximum: 2 ** 40 });

/** What a guest takes from its host. Disk is root + ephemeral + swap, in whole GiB (swap rounded up). */
export const Resources = Type.Object({ vcpus: Amount, ramMb: Amount, diskGb: Amount });
export type Resources = Static<typeof Resources>;

export const resourcesOf = (flavor: Flavor): Resources => ({
  vcpus: flavor.vcpus,
  ramMb: flavor.ramMb,
  diskGb: flavor.diskGb + flavor.ephemeralGb + Math.ceil(flavor.swapMb / 1024),
});
