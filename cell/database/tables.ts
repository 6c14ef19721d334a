import type { WithFindings } from '#platform/audit/findings-table.ts';
import type { WithSightings } from '#platform/audit/sightings-table.ts';
import type { WithOperations } from '#platform/operations/tables.ts';
import type { AgentKeyTables } from './schema/agent-keys.ts';
import type { AgentTables } from './schema/agents.ts';
import type { CellIdentityTables } from './schema/cell-identity.ts';
import type { ClaimTables } from './schema/claims.ts';
import type { DefinitionTables } from './schema/definitions.ts';
import type { GroupLockTables } from './schema/group-locks.ts';
import type { GuestPasswordTables } from './schema/guest-passwords.ts';
import type { GuestTables } from './schema/guests.ts';
import type { HostTables } from './schema/hosts.ts';
import type { InstanceTables } from './schema/instances.ts';
import type { MoveTables } from './schema/moves.ts';
import type { NoticeTables } from './schema/notices.ts';
import type { PortBindingTables } from './schema/port-bindings.ts';
import type { QuarantinedInstanceTables } from './schema/quarantined-instances.ts';
import type { ReleasedBuildTables } from './schema/released-builds.ts';
import type { ServerMigrationTables } from './schema/server-migrations.ts';
import type { UnknownGuestTables } from './schema/unknown-guests.ts';

/** Every table of a cell. Times that users see are DATETIME(6) UTC, read as text; all others are ms since the epoch. */
export interface CellTables
  extends WithOperations,
    WithFindings,
    WithSightings,
    CellIdentityTables,
    AgentTables,
    AgentKeyTables,
    HostTables,
    InstanceTables,
    GuestTables,
    GuestPasswordTables,
    ClaimTables,
    DefinitionTables,
    GroupLockTables,
    PortBindingTables,
    MoveTables,
    NoticeTables,
    ReleasedBuildTables,
    QuarantinedInstanceTables,
    ServerMigrationTables,
    UnknownGuestTables {}
