import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { timestamp } from '#platform/time/clock.ts';
import { failingHosts as readFailingHosts } from '../../database/stores/failing-hosts.ts';
import type { ConductorParts } from '../parts.ts';

/** A host fails builds if its last one failed there, for as long as the scheduler avoids it. */
export const failingHosts = ({ database, clock }: ConductorParts): Auditor => ({
  kinds: ['host-build-failures'],
  settleMs: 0,
  look: async () =>
    (await readFailingHosts(database.read, clock.now())).map(
      ({ name, buildFailures, buildTrialAt }): Difference => ({
        kind: 'host-build-failures',
        subject: name,
        message: `host ${name} gets builds only where no other host fits until ${timestamp(buildTrialAt)}: builds that failed there one after the other: ${buildFailures}`,
        advice:
          'read the log of its agents; once it is mended, openstack compute service set --enable forgets the failures',
      }),
    ),
});
