import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { hostsWithoutWalls } from '../../database/stores/host-problems.ts';
import type { ConductorParts } from '../parts.ts';

/** A host lacks limits if its agent reports something that should stand between its guests and everything else, and does not. */
export const hostLimits = (parts: ConductorParts): Auditor => ({
  kinds: ['host-limits'],
  settleMs: 0,
  look: async () =>
    (await hostsWithoutWalls(parts.database.read)).map(
      ({ name, missing }): Difference => ({
        kind: 'host-limits',
        subject: name,
        message: `guests of host ${name} run without: ${missing.join(', ')}`,
        advice: 'see docs/security.md, "Behind a guest"; an empty compute.cgroup says that no control groups are meant',
      }),
    ),
});
