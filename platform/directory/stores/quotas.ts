import { sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { upsertRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';

/**
 * Exact quotas. `quota_usages` changes in the transaction that makes or ends what it counts, under the row's lock, so that parallel
 * requests can't pass a limit together. Resources are counted in Nova's units (ram in MiB).
 */

/** What holds when neither the project nor the class `default` says anything (Nova's own defaults); -1: no limit. */
const BUILT_IN_LIMITS = {
  instances: 10,
  cores: 20,
  ram: 51_200,
  metadata_items: 128,
  injected_files: 5,
  injected_file_content_bytes: 10_240,
  injected_file_path_bytes: 255,
  key_pairs: 100,
  server_groups: 10,
  server_group_members: 10,
  fixed_ips: -1,
  floating_ips: -1,
  security_groups: -1,
  security_group_rules: -1,
} as const;
export type QuotaResource = keyof typeof BUILT_IN_LIMITS;
export type Limits = Readonly<Record<QuotaResource, number>>;
export type Amounts = Readonly<Partial<Record<QuotaResource, number>>>;

export const QUOTA_RESOURCES = Object.keys(BUILT_IN_LIMITS) as readonly QuotaResource[];
/** The class that stands under every project's own limits. */
export const DEFAULT_CLASS = 'default';

type Read = Reader<DirectoryTables>;

/** The limits that hold for a project. */
export async function projectLimits(read: Read, projectId: string): Promise<Limits> {
  const rows = await read
    .selectFrom('quota_classes')
    .select(['resource', 'hard_limit', sql<number>`0`.as('own')])
    .where('class_name', '=', DEFAULT_CLASS)
    .unionAll(
      read
        .selectFrom('quotas')
        .select(['resource', 'hard_limit', sql<number>`1`.as('own')])
        .where('project_id', '=', projectId),
    )
    .execute();
  const byPrecedence = [...rows].sort((a, b) => Number(a.own) - Number(b.own));
  return { ...BUILT_IN_LIMITS, ...Object.fromEntries(byPrecedence.map((row) => [row.resource, row.hard_limit])) };
}

/** The limits of a class; of a class that nobody defined, the built-in ones. */
export async function classLimits(read: Read, className: string): Promise<Limits> {
  const rows = await read.selectFrom('quota_classes').selectAll().where('class_name', '=', className).execute();
  return { ...BUILT_IN_LIMITS, ...Object.fromEntries(rows.map((row) => [row.resource, row.hard_limit])) };
}

/** What is counted in this table and in use now; a resource that was never used is 0. */
export async function projectUsages(read: Read, projectId: string): Promise<Limits> {
  const rows = await read.selectFrom('quota_usages').selectAll().where('project_id', '=', projectId).execute();
  const zeros = Object.fromEntries(QUOTA_RESOURCES.map((resource) => [resource, 0]));
  return { ...zeros, ...Object.fromEntries(rows.map((row) => [row.resource, Number(row.in_use)])) } as Limits;
}

/** A row for each limit, with the columns of the owner. */
export const limitRows = <Owner extends object>(owner: Owner, limits: Amounts) =>
  Object.entries(limits).map(([resource, hard_limit]) => ({ ...owner, resource, hard_limit }));

export async function setProjectLimits(tx: DirectoryTx, projectId: string, limits: Amounts): Promise<void> {
  await upsertRows(tx, 'quotas', limitRows({ project_id: projectId }, limits), 'hard_limit');
}

/** The project falls back to the class `default`. */
export async function clearProjectLimits(tx: DirectoryTx, projectId: string): Promise<void> {
  await tx.deleteFrom('quotas').where('project_id', '=', projectId).execute();
}

export async function setClassLimits(tx: DirectoryTx, className: string, limits: Amounts): Promise<void> {
  await upsertRows(tx, 'quota_classes', limitRows({ class_name: className }, limits), 'hard_limit');
}

/**
 * Takes the amounts, all or none; the rows stay locked until the transaction ends, and a rolled-back transaction takes nothing.
 * Amounts below zero give back and are never refused.
 * @throws VolvoxError quota-exceeded with Nova's sentence; `details` has overs, and limit, inUse, asked of each resource.
 */
export async function takeQuota(tx: DirectoryTx, projectId: string, amounts: Amounts): Promise<void> {
  await takeQuotaUpTo(tx, projectId, amounts, 1, 1);
}

/**
 * Takes `each` as often as it fits, at least `least` and at most `most` times (Nova's min_count and max_count).
 * @returns how often it was taken.
 * @throws VolvoxError quota-exceeded, said of `least`, when not even that fits.
 */
export async function takeQuotaUpTo(
  tx: DirectoryTx,
  projectId: string,
  each: Amounts,
  min: number,
  max: number,
): Promise<number> {
  const limits = await projectLimits(tx, projectId);
  await addToUsages(tx, projectId, each, max);
  const inUse = await usagesOf(tx, projectId);
  const demand = demandOf(each);
  const times = Math.min(max, ...demand.map(([resource, n]) => fits(limits[resource], inUse, resource, n, max)));
  if (times < min) throw exceeded(limits, inUse, demand, min, max);
  if (times < max) await addToUsages(tx, projectId, each, times - max);
  return times;
}

/** Gives back; never below zero. */
export async function giveQuota(tx: DirectoryTx, projectId: string, amounts: Amounts): Promise<void> {
  await addToUsages(tx, projectId, amounts, -1);
}

type InUse = ReadonlyMap<string, number>;

/** Adds `times × each` under the rows' locks, always in the same order. */
async function addToUsages(tx: DirectoryTx, projectId: string, each: Amounts, times: number): Promise<void> {
  const rows = demandOf(each).map(([resource, n]) => ({ project_id: projectId, resource, in_use: n * times }));
  if (rows.length === 0) return;
  await tx
    .insertInto('quota_usages')
    .values(rows.map((row) => ({ ...row, in_use: Math.max(0, row.in_use) })))
    .onDuplicateKeyUpdate({
      in_use: sql`GREATEST(0, in_use + ${sql.join(
        [sql`CASE resource`, ...rows.map((row) => sql`WHEN ${row.resource} THEN ${row.in_use}`), sql`ELSE 0 END`],
        sql` `,
      )})`,
    })
    .execute();
}

async function usagesOf(tx: DirectoryTx, projectId: string): Promise<InUse> {
  const now = await tx
    .selectFrom('quota_usages')
    .select(['resource', 'in_use'])
    .where('project_id', '=', projectId)
    .execute();
  return new Map(now.map((row) => [row.resource, Number(row.in_use)]));
}

/** Sorted by name: the order of locking, and of Nova's messages. */
const demandOf = (each: Amounts): readonly (readonly [QuotaResource, number])[] =>
  (Object.entries(each) as [QuotaResource, number][]).filter(([, n]) => n !== 0).sort(([a], [b]) => (a < b ? -1 : 1));

function fits(limit: number, inUse: InUse, resource: string, each: number, taken: number): number {
  if (limit < 0 || each <= 0) return taken;
  return Math.floor((limit - ((inUse.get(resource) ?? 0) - each * taken)) / each);
}

function exceeded(
  limits: Limits,
  inUse: InUse,
  demand: readonly (readonly [QuotaResource, number])[],
  asked: number,
  taken: number,
): VolvoxError {
  const overs = demand
    .filter(([resource, n]) => fits(limits[resource], inUse, resource, n, taken) < asked)
    .map(([resource, n]) => ({
      resource,
      limit: limits[resource],
      inUse: (inUse.get(resource) ?? 0) - n * taken,
      asked: n * asked,
    }));
  const say = (pick: (over: (typeof overs)[number]) => unknown) => overs.map((over) => String(pick(over))).join(', ');
  const names = say((over) => over.resource);
  return new VolvoxError(
    'quota-exceeded',
    `Quota exceeded for ${names}: Requested ${say((o) => o.asked)}, but already used ${say((o) => o.inUse)} of ${say((o) => o.limit)} ${names}`,
    { details: { overs } },
  );
}
