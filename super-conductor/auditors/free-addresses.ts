import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { takeOutUsed, usedAddressesInFreeRanges } from '#platform/directory/stores/audits/free-in-use.ts';
import { formatIp } from '#platform/objects/ip-address.ts';
import type { GlobalDeps } from '../deps.ts';

/** An address of a subnet is in use or free. If it were both, each new port would be given it, and be refused. */
export const freeAddresses = ({ directory }: Pick<GlobalDeps, 'directory'>): Auditor => ({
  kinds: ['address-free-in-use'],
  settleMs: 1_000,
  look: async () =>
    (await usedAddressesInFreeRanges(directory.read)).map((used): Difference => {
      const address = formatIp(used.version, used.value);
      return {
        kind: 'address-free-in-use',
        subject: `${used.subnetId}/${address}`,
        message: `address ${address} of subnet ${used.subnetId} is in use, and free`,
        advice: 'none: it is not free any more',
        repair: () => directory.transaction((tx) => takeOutUsed(tx, used)),
      };
    }),
});
