import type { Migration } from '#platform/database/migrations.ts';

/** Why each agent of a host says that the host can take no new guests; null when it can. */
export const hostProblems: Migration = {
  name: '0009-host-problems',
  up: [
    'ALTER TABLE hosts ADD COLUMN IF NOT EXISTS compute_problem TEXT NULL',
    'ALTER TABLE hosts ADD COLUMN IF NOT EXISTS network_problem TEXT NULL',
  ],
};
