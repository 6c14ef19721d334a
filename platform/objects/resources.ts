import { type Static, Type } from 'typebox';
import { parseCpuSet } from './cpu-set.ts';
import type { Flavor } from './flavor.ts';
import type { GuestTopology } from './guest-topology.ts';

/** More than any host or guest has. Sums, products and weights of such amounts are finite, whatever a host claims to have. */
const Amount = Type.Integer({ minimum: 0, maximum: 2 ** 40 });

/** What a guest takes from its host. `vcpus` share CPUs. Disk is root + ephemeral + swap, in whole GiB (swap rounded up). */
export const Resources = Type.Object({ vcpus: Amount, ramMb: Amount, diskGb: Amount });
export type Resources = Static<typeof Resources>;

/** @param topology its dedicated CPUs are claimed by themselves (guest-placement.ts). */
export const resourcesOf = (flavor: Flavor, topology: GuestTopology | null): Resources => ({
  vcpus: flavor.vcpus - (topology?.nodes ?? []).reduce((sum, node) => sum + parseCpuSet(node.dedicated).length, 0),
  ramMb: flavor.ramMb,
  diskGb: flavor.diskGb + flavor.ephemeralGb + Math.ceil(flavor.swapMb / 1024),
});
