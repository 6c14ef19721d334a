import { sql } from 'kysely';
import type { Host } from '#platform/objects/host.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { CellReader, CellTx } from '../cell-database.ts';
import { cellRows } from '../cell-row.ts';
import type { HostsTable } from '../schema/hosts.ts';

/** The time to a trial doubles with each failure, up to so many times the first. */
const MAX_TIMES = 32;
const MAX_DOUBLINGS = Math.log2(MAX_TIMES);

/** Counts a failed build. The host is tried again after `trialAfterMs`, 2 × that after the second failure in a row, and so on. */
export async function countFailedBuild(tx: CellTx, hostId: string, now: number, trialAfterMs: number): Promise<void> {
  await tx
    .updateTable('hosts')
    .set((eb) => ({
      version: eb('version', '+', 1),
      // Before the count, because MySQL assigns in this sequence.
      build_trial_at: sql<number>`${now} + ${trialAfterMs} * (1 << LEAST(build_failures, ${MAX_DOUBLINGS}))`,
      build_failures: eb('build_failures', '+', 1),
    }))
    .where('id', '=', hostId)
    .execute();
}

/** Forgets the failures of the host: a build succeeded there. */
export async function forgetFailedBuilds(tx: CellTx, hostId: string): Promise<void> {
  await tx
    .updateTable('hosts')
    .set((eb) => ({ version: eb('version', '+', 1), ...NO_FAILURES }))
    .where('id', '=', hostId)
    .execute();
}

export const NO_FAILURES = { build_failures: 0, build_trial_at: null } as const;

interface FailingHost {
  readonly name: string;
  readonly buildFailures: number;
  readonly buildTrialAt: number;
}

/** The hosts whose last builds failed and whose trial has not come yet. */
export async function failingHosts(read: CellReader, now: number): Promise<readonly FailingHost[]> {
  const rows = await read
    .selectFrom('hosts')
    .select(['name', 'build_failures', 'build_trial_at'])
    .where('build_failures', '>', 0)
    .where('build_trial_at', '>', now)
    .orderBy('name')
    .execute();
  return cellRows(rows).map((row) => ({ ...row, buildTrialAt: row.buildTrialAt ?? now }));
}

/** What a host tells of its failed builds. */
export const failuresOf = (
  row: Pick<HostsTable, 'build_failures'> & { readonly build_trial_at: number | null },
  now: number,
): Pick<Host, 'buildFailures' | 'buildTrialAt' | 'onTrial'> => ({
  buildFailures: row.build_failures,
  buildTrialAt: row.build_trial_at === null ? null : timestamp(row.build_trial_at),
  onTrial: row.build_failures > 0 && (row.build_trial_at ?? now) <= now,
});

/** Whether the trial of a host has begun since it was read. */
export const trialHasBegun = ({ buildFailures, buildTrialAt, onTrial }: Host, now: number): boolean =>
  buildFailures > 0 && onTrial === false && buildTrialAt != null && Date.parse(buildTrialAt) <= now;
