import { sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { upsertRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';

/** What Glance limits, in its words. `image_size_total` is in MiB; -1: no limit. */
export const IMAGE_RESOURCES = ['image_count_total', 'image_size_total', 'image_count_uploading'] as const;
export type ImageResource = (typeof IMAGE_RESOURCES)[number];
/** A number for each resource. */
export type ImageAmounts = Readonly<Record<ImageResource, number>>;

/**
 * Quotas of images are exact: who takes of a project's quota locks the project, counts its images, and writes in the same transaction. No
 * usage is kept, so none can be wrong: an image that is gone, and an upload whose lease is over, are not counted.
 */
export interface ImageQuota {
  readonly projectId: string;
  /** For projects without limits of their own. */
  readonly defaults: ImageAmounts;
  /** Ms since the epoch. */
  readonly now: number;
}

type Read = Reader<DirectoryTables>;
const MIB = 1024 * 1024;

export async function imageLimits(read: Read, projectId: string, defaults: ImageAmounts): Promise<ImageAmounts> {
  const rows = await read.selectFrom('image_quotas').selectAll().where('project_id', '=', projectId).execute();
  return { ...defaults, ...Object.fromEntries(rows.map((row) => [row.resource, Number(row.hard_limit)])) };
}

export async function setImageLimits(
  tx: DirectoryTx,
  projectId: string,
  limits: Readonly<Partial<ImageAmounts>>,
): Promise<void> {
  const rows = IMAGE_RESOURCES.flatMap((resource) => {
    const hard_limit = limits[resource];
    return hard_limit === undefined ? [] : [{ project_id: projectId, resource, hard_limit }];
  });
  await upsertRows(tx, 'image_quotas', rows, 'hard_limit');
}

/** The project falls back to the defaults. */
export async function clearImageLimits(tx: DirectoryTx, projectId: string): Promise<void> {
  await tx.deleteFrom('image_quotas').where('project_id', '=', projectId).execute();
}

interface ImageUsage {
  readonly count: number;
  readonly uploading: number;
  /** Of images, and reserved by uploads in progress. */
  readonly bytes: number;
}

/** @param now ms since the epoch. */
export async function imageUsage(read: Read, projectId: string, now: number): Promise<ImageUsage> {
  const isUploading = sql`status = 'saving' AND upload_expires_at >= ${now}`;
  const { count, uploading, bytes } = await read
    .selectFrom('images')
    .select((eb) => [
      eb.fn.countAll().as('count'),
      sql<number | null>`SUM(IF(${isUploading}, 1, 0))`.as('uploading'),
      sql<number | null>`SUM(COALESCE(size_bytes, IF(${isUploading}, reserved_bytes, 0)))`.as('bytes'),
    ])
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow();
  return { count: Number(count), uploading: Number(uploading ?? 0), bytes: Number(bytes ?? 0) };
}

/** To be called before the image is inserted, in the same transaction. @throws VolvoxError too-large, as Glance says it. */
export async function requireImage(tx: DirectoryTx, quota: ImageQuota): Promise<void> {
  const { limits, usage } = await lockQuota(tx, quota);
  if (isOver(limits.image_count_total, usage.count + 1)) {
    throw over(quota, 'image_count_total', limits.image_count_total, usage.count, 1);
  }
}

/** To be called before an upload begins, in the same transaction. @throws VolvoxError too-large */
export async function requireUpload(tx: DirectoryTx, quota: ImageQuota): Promise<void> {
  const { limits, usage } = await lockQuota(tx, quota);
  if (isOver(limits.image_count_uploading, usage.uploading + 1)) {
    throw over(quota, 'image_count_uploading', limits.image_count_uploading, usage.uploading, 1);
  }
}

/**
 * How many bytes an upload may reserve beyond what it has: `needed` at least, `preferred` at most. Near the limit it is less than `preferred`, so
 * that an upload of unknown size leaves some to others. To be recorded in the same transaction. @throws VolvoxError too-large
 */
export async function grantBytes(
  tx: DirectoryTx,
  quota: ImageQuota,
  { needed, preferred }: { readonly needed: number; readonly preferred: number },
): Promise<number> {
  const { limits, usage } = await lockQuota(tx, quota);
  const limit = limits.image_size_total;
  if (isOver(limit * MIB, usage.bytes + needed)) {
    throw over(quota, 'image_size_total', limit, Math.ceil(usage.bytes / MIB), Math.ceil(needed / MIB));
  }
  if (!(limit >= 0)) return preferred;
  const left = limit * MIB - usage.bytes;
  return Math.min(preferred, Math.max(needed, Math.floor(left / 8)));
}

async function lockQuota(
  tx: DirectoryTx,
  { projectId, defaults, now }: ImageQuota,
): Promise<{ limits: ImageAmounts; usage: ImageUsage }> {
  await tx.selectFrom('projects').select('id').where('id', '=', projectId).forUpdate().execute();
  return {
    limits: await imageLimits(tx, projectId, defaults),
    usage: await imageUsage(tx, projectId, now),
  };
}

/** Below 0: no limit. */
const isOver = (limit: number, amount: number): boolean => limit >= 0 && amount > limit;

const over = (
  { projectId }: ImageQuota,
  resource: ImageResource,
  limit: number,
  usage: number,
  delta: number,
): VolvoxError =>
  new VolvoxError(
    'too-large',
    `Project ${projectId} is over a limit for [Resource ${resource} is over limit of ${limit} due to current usage ${usage} and delta ${delta}]`,
    { details: { resource, limit, usage, delta } },
  );
