import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { differingQuotaUsage, recountProject } from '#platform/directory/stores/audits/quota-usage.ts';
import type { GlobalDeps } from '../deps.ts';

/**
 * A project's usage differs if what is counted as in use (instances, cores, ram) is not what its homes hold, those of deleted servers
 * left out. One statement, so it sees one moment.
 */
export const quotaUsage = ({ directory }: Pick<GlobalDeps, 'directory'>): Auditor => ({
  kinds: ['quota-usage'],
  settleMs: 1_000,
  look: async () =>
    (await differingQuotaUsage(directory.read)).map(
      ({ projectId, counted, reserved }): Difference => ({
        kind: 'quota-usage',
        subject: projectId,
        message: `project ${projectId} is counted ${counted} (instances/cores/MiB), its servers hold ${reserved}`,
        advice: 'none: it is counted anew',
        repair: () => directory.transaction((tx) => recountProject(tx, projectId)),
      }),
    ),
});
