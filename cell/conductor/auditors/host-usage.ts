import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { differingHostUsage, recountHost } from '../../database/stores/audits/host-usage.ts';
import type { ConductorParts } from '../parts.ts';

/** The usage of a host differs if `used_*` and `guests` are not the sums of its claims. One statement reads both, so it sees one moment. */
export const hostUsage = (parts: ConductorParts): Auditor => ({
  kinds: ['host-usage'],
  settleMs: 1_000,
  look: async () =>
    (await differingHostUsage(parts.database.read)).map(
      ({ id, name, counted, claimed }): Difference => ({
        kind: 'host-usage',
        subject: id,
        message: `host ${name} counts ${counted} (guests/vcpus/MiB/GiB), its claims are ${claimed}`,
        advice: 'none: the usage is counted again',
        repair: () => recount(parts, id),
      }),
    ),
});

async function recount(parts: ConductorParts, hostId: string): Promise<boolean> {
  const changed = await parts.database.transaction((tx) => recountHost(tx, hostId));
  if (changed) parts.hosts.changed([hostId]);
  return changed;
}
