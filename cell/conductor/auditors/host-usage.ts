import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import {
  differingDeviceUsage,
  differingHostUsage,
  differingNodeUsage,
  type HostUsage,
  recountHost,
} from '../../database/stores/audits/host-usage.ts';
import type { ConductorParts } from '../parts.ts';

/** The usage of a host differs if `used_*`, `guests`, `nodes_used` and `devices_used` are not the sums of its claims. One statement reads both sides of each, so it sees one moment. */
export const hostUsage = (parts: ConductorParts): Auditor => ({
  kinds: ['host-usage'],
  settleMs: 1_000,
  look: async () => {
    const { read } = parts.database;
    const amounts = await differingHostUsage(read);
    const counted = new Set(amounts.map(({ id }) => id));
    const devices = (await differingDeviceUsage(read)).filter(({ id }) => !counted.has(id));
    const nodes = (await differingNodeUsage(read)).filter(({ id }) => !counted.has(id));
    return [
      ...amounts.map((one) => difference(parts, one, '(guests/vcpus/MiB/GiB)')),
      ...nodes.map((one) => difference(parts, one, 'of its NUMA nodes')),
      ...devices.map((one) => difference(parts, one, 'of its devices')),
    ];
  },
});

const difference = (parts: ConductorParts, { id, name, counted, claimed }: HostUsage, what: string): Difference => ({
  kind: 'host-usage',
  subject: id,
  message: `host ${name} counts ${counted} ${what}, its claims are ${claimed}`,
  advice: 'none: the usage is counted again',
  repair: () => recount(parts, id),
});

async function recount(parts: ConductorParts, hostId: string): Promise<boolean> {
  const changed = await parts.database.transaction((tx) => recountHost(tx, hostId));
  if (changed) parts.hosts.changed([hostId]);
  return changed;
}
