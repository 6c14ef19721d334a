import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { hostsWithProblems } from '../../database/stores/host-problems.ts';
import type { ConductorParts } from '../parts.ts';

/** A host has a problem if one of its agents reports that the host can take no new guests. The agent takes it back when the cause is gone. */
export const hostProblems = (parts: ConductorParts): Auditor => ({
  kinds: ['host-problem'],
  settleMs: 0,
  look: async () =>
    (await hostsWithProblems(parts.database.read)).map(
      ({ name, computeProblem, networkProblem }): Difference => ({
        kind: 'host-problem',
        subject: name,
        message: `host ${name} gets no new guests: ${[computeProblem, networkProblem].filter(Boolean).join('; ')}`,
        advice: 'mend it on the host; its agent looks again every few seconds',
      }),
    ),
});
