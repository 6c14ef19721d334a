import type { Reader } from '../../database/database.ts';
import { upsertRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';
import { type Amounts, type Limits, limitRows, type QuotaResource } from './quotas.ts';

type Read = Reader<DirectoryTables>;

/** What is counted by user too. */
const BY_USER = ['instances', 'cores', 'ram'] as const satisfies readonly QuotaResource[];
type ByUser = (typeof BY_USER)[number];

/** The limits a user was given in a project; empty when only the project's hold. */
export async function userLimits(read: Read, projectId: string, userId: string): Promise<Amounts> {
  const rows = await read
    .selectFrom('user_quotas')
    .select(['resource', 'hard_limit'])
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.resource, row.hard_limit]));
}

export async function setUserLimits(
  tx: DirectoryTx,
  projectId: string,
  userId: string,
  limits: Amounts,
): Promise<void> {
  const owner = { project_id: projectId, user_id: userId };
  await upsertRows(tx, 'user_quotas', limitRows(owner, limits), 'hard_limit');
}

/** `userId` null: of every user of the project. */
export async function clearUserLimits(tx: DirectoryTx, projectId: string, userId: string | null): Promise<void> {
  let query = tx.deleteFrom('user_quotas').where('project_id', '=', projectId);
  if (userId !== null) query = query.where('user_id', '=', userId);
  await query.execute();
}

/** What a user's servers hold in a project; the other resources are 0. */
export async function userUsages(read: Read, projectId: string, userId: string): Promise<Record<ByUser, number>> {
  const row = await read
    .selectFrom('instance_homes')
    .select((eb) => [eb.fn.countAll().as('instances'), eb.fn.sum('vcpus').as('cores'), eb.fn.sum('ram_mb').as('ram')])
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .where('state', '!=', 'deleted')
    .executeTakeFirstOrThrow();
  return { instances: Number(row.instances), cores: Number(row.cores ?? 0), ram: Number(row.ram ?? 0) };
}

/**
 * Checks a user's own limits in the accepting transaction, after `takeQuota` (whose locks make the count exact) and after the
 * homes were written. One query when the user has none.
 * @throws VolvoxError quota-exceeded with Nova's sentence.
 */
export async function checkUserLimits(tx: DirectoryTx, projectId: string, userId: string): Promise<void> {
  const limits = await userLimits(tx, projectId, userId);
  const limited = BY_USER.filter((resource) => (limits[resource] ?? -1) >= 0);
  if (limited.length === 0) return;
  const usages = await userUsages(tx, projectId, userId);
  const overs = limited.filter((resource) => usages[resource] > (limits[resource] ?? 0));
  if (overs.length === 0) return;
  const say = (pick: (resource: ByUser) => unknown): string =>
    overs.map((resource) => String(pick(resource))).join(', ');
  throw new VolvoxError(
    'quota-exceeded',
    `Quota exceeded for ${say((r) => r)}: the user would hold ${say((r) => usages[r])} of ${say((r) => limits[r])} ${say((r) => r)}`,
    { details: { overs: overs.map((resource) => ({ resource, limit: limits[resource], inUse: usages[resource] })) } },
  );
}

/** The limits that hold for a user: the user's own, and the project's for the rest. */
export const withUserLimits = (project: Limits, user: Amounts): Limits => ({ ...project, ...user });
