import type { WithFindings } from '../audit/findings-table.ts';
import type { WithSightings } from '../audit/sightings-table.ts';
import type { WithOperations } from '../operations/tables.ts';
import type { AddressGroupTables } from './schema/address-groups.ts';
import type { AddressScopeTables } from './schema/address-scopes.ts';
import type { AggregateTables } from './schema/aggregates.ts';
import type { AuditRoundTables } from './schema/audit-rounds.ts';
import type { CellTables } from './schema/cells.ts';
import type { ConsoleTokenTables } from './schema/console-tokens.ts';
import type { CustomResourceClassTables } from './schema/custom-resource-classes.ts';
import type { CustomTraitTables } from './schema/custom-traits.ts';
import type { DefaultSecurityGroupRuleTables } from './schema/default-security-group-rules.ts';
import type { DefinitionTables } from './schema/definitions.ts';
import type { FlavorTables } from './schema/flavors.ts';
import type { FloatingIpTables } from './schema/floating-ips.ts';
import type { HostTraitTables } from './schema/host-traits.ts';
import type { IdempotencyTables } from './schema/idempotency-keys.ts';
import type { IdentityTables } from './schema/identity.ts';
import type { ImageQuotaTables } from './schema/image-quotas.ts';
import type { ImageTables } from './schema/images.ts';
import type { InstanceHomeTables } from './schema/instance-homes.ts';
import type { KeyPairTables } from './schema/key-pairs.ts';
import type { LoginFailureTables } from './schema/login-failures.ts';
import type { NetworkQuotaTables } from './schema/network-quotas.ts';
import type { NetworkTables } from './schema/networks.ts';
import type { OrphanedPlacementTables } from './schema/orphaned-placements.ts';
import type { QosTables } from './schema/qos.ts';
import type { QuotaTables } from './schema/quotas.ts';
import type { RbacPolicyTables } from './schema/rbac-policies.ts';
import type { ReservationChangeTables } from './schema/reservation-changes.ts';
import type { RouterTables } from './schema/routers.ts';
import type { SchedulingGenerationTables } from './schema/scheduling-generation.ts';
import type { ServerGroupTables } from './schema/server-groups.ts';
import type { ServerImageTables } from './schema/server-images.ts';
import type { SubnetPoolTables } from './schema/subnet-pools.ts';
import type { TrunkTables } from './schema/trunks.ts';
import type { UserQuotaTables } from './schema/user-quotas.ts';

/** Every table of the directory. Times are DATETIME(6) UTC read as text (`database/json-column.ts`: sqlTime, isoTime). */
export interface DirectoryTables
  extends WithOperations,
    WithFindings,
    WithSightings,
    AuditRoundTables,
    IdentityTables,
    ImageTables,
    ImageQuotaTables,
    NetworkTables,
    AddressGroupTables,
    RouterTables,
    FloatingIpTables,
    SubnetPoolTables,
    RbacPolicyTables,
    AddressScopeTables,
    TrunkTables,
    QosTables,
    RouterTables,
    DefaultSecurityGroupRuleTables,
    NetworkQuotaTables,
    CellTables,
    ConsoleTokenTables,
    DefinitionTables,
    InstanceHomeTables,
    QuotaTables,
    IdempotencyTables,
    OrphanedPlacementTables,
    ReservationChangeTables,
    FlavorTables,
    KeyPairTables,
    LoginFailureTables,
    SchedulingGenerationTables,
    ServerGroupTables,
    ServerImageTables,
    AggregateTables,
    CustomTraitTables,
    CustomResourceClassTables,
    HostTraitTables,
    UserQuotaTables {}
