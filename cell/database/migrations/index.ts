import type { Migration } from '#platform/database/migrations.ts';
import { operations } from './0001-operations.ts';
import { cell } from './0002-cell.ts';
import { moves } from './0003-moves.ts';
import { aside } from './0004-aside.ts';
import { findings } from './0005-findings.ts';
import { wasStarted } from './0006-was-started.ts';
import { exactText } from './0007-exact-text.ts';
import { userData } from './0008-user-data.ts';
import { hostProblems } from './0009-host-problems.ts';
import { agentKeys } from './0010-agent-keys.ts';
import { enrolledAgents } from './0011-enrolled-agents.ts';
import { guestParts } from './0012-guest-parts.ts';
import { noticesOfImages } from './0013-notices-of-images.ts';
import { serverMigrations } from './0014-server-migrations.ts';
import { guestPasswords } from './0015-guest-passwords.ts';
import { softDeletedAt } from './0016-soft-deleted-at.ts';
import { definitions } from './0017-definitions.ts';
import { definitionsOfNetworks } from './0018-definitions-of-networks.ts';
import { subports } from './0020-subports.ts';
import { segmentTypes } from './0022-segment-types.ts';
import { buildTrials } from './0024-build-trials.ts';
import { placements } from './0025-placements.ts';
import { devices } from './0026-devices.ts';

/** In order. A released migration never changes. */
export const CELL_MIGRATIONS: readonly Migration[] = [
  operations,
  cell,
  moves,
  aside,
  findings,
  wasStarted,
  exactText,
  userData,
  hostProblems,
  agentKeys,
  enrolledAgents,
  guestParts,
  noticesOfImages,
  serverMigrations,
  guestPasswords,
  softDeletedAt,
  definitions,
  definitionsOfNetworks,
  subports,
  segmentTypes,
  buildTrials,
  placements,
  devices,
];
