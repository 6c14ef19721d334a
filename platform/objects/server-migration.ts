import { type Static, Type } from 'typebox';
import { Count, nullable, oneOf, Timestamp, Uuid } from './scalars.ts';

const MIGRATION_TYPES = ['resize', 'migration', 'live-migration', 'evacuation'] as const;
export type MigrationType = (typeof MIGRATION_TYPES)[number];

/** In the order in which they are reached, per kind of migration; the words are Nova's. */
const IN_PROGRESS = [
  ...(['accepted', 'queued', 'preparing', 'running', 'pre-migrating', 'migrating', 'post-migrating'] as const),
  ...(['finished', 'confirming', 'reverting'] as const),
] as const;
/** After these a migration does not change any more. */
export const ENDED_MIGRATIONS = ['confirmed', 'reverted', 'done', 'completed', 'failed', 'cancelled', 'error'] as const;
const MIGRATION_STATUSES = [...IN_PROGRESS, ...ENDED_MIGRATIONS] as const;
export type MigrationStatus = (typeof MIGRATION_STATUSES)[number];

/** A live migration in one of these may be looked at under its server; only such a one may be aborted. */
export const LIVE_MIGRATION_IN_PROGRESS: readonly MigrationStatus[] = [
  ...(['queued', 'preparing', 'running', 'post-migrating'] as const),
];

/** Bytes of a live migration. */
export const MigrationProgress = Type.Object({
  memoryTotal: Count,
  memoryProcessed: Count,
  memoryRemaining: Count,
  diskTotal: Count,
  diskProcessed: Count,
  diskRemaining: Count,
});
export type MigrationProgress = Static<typeof MigrationProgress>;

/** One resize, migration, evacuation or move of a server, as a cell tells it. */
export const ServerMigration = Type.Object({
  id: Uuid,
  instanceUuid: Uuid,
  /** Of the user who began it. */
  projectId: Type.String(),
  userId: Type.String(),
  type: oneOf(MIGRATION_TYPES),
  status: oneOf(MIGRATION_STATUSES),
  sourceCompute: nullable(Type.String()),
  sourceNode: nullable(Type.String()),
  destCompute: nullable(Type.String()),
  destNode: nullable(Type.String()),
  /** The address of the destination. */
  destHost: nullable(Type.String()),
  oldFlavorId: Type.String(),
  newFlavorId: Type.String(),
  progress: nullable(MigrationProgress),
  createdAt: Timestamp,
  /** null: nothing has changed since it began. */
  updatedAt: nullable(Timestamp),
});
export type ServerMigration = Static<typeof ServerMigration>;

/** Every condition that is given must hold. */
export const MigrationFilter = Type.Object({
  ids: Type.Optional(Type.Array(Uuid)),
  instanceUuid: Type.Optional(Type.String()),
  projectId: Type.Optional(Type.String()),
  userId: Type.Optional(Type.String()),
  /** The source or the destination. */
  host: Type.Optional(Type.String()),
  sourceCompute: Type.Optional(Type.String()),
  statuses: Type.Optional(Type.Array(Type.String())),
  type: Type.Optional(Type.String()),
  changesSince: Type.Optional(Timestamp),
  changesBefore: Type.Optional(Timestamp),
});
export type MigrationFilter = Static<typeof MigrationFilter>;

/** A page of the list, the newest first; `after` is exclusive. */
export const MigrationPage = Type.Object({
  filter: MigrationFilter,
  after: nullable(Type.Object({ createdAt: Timestamp, id: Uuid })),
  limit: Type.Integer({ minimum: 1, maximum: 1000 }),
});
export type MigrationPage = Static<typeof MigrationPage>;
