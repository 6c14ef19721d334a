import { sql } from 'kysely';
import { selectRows } from '../../../database/raw-select.ts';
import type { DirectoryReader, DirectoryTx } from '../../directory.ts';
import { MAX_DIFFERENCES } from './leftovers.ts';

interface QuotaDifference {
  readonly projectId: string;
  /** instances/cores/MiB, as counted in use and as the homes of the project's servers add up. */
  readonly counted: string;
  readonly reserved: string;
}

/** Projects whose counted usage is not what their homes hold. One statement, so it sees one moment. */
export function differingQuotaUsage(read: DirectoryReader): Promise<readonly QuotaDifference[]> {
  const of = (resource: string) => sql`COALESCE(MAX(IF(resource = ${resource}, n, 0)), 0)`;
  return selectRows(
    read,
    sql<QuotaDifference>`SELECT * FROM (
    SELECT p.project_id AS projectId,
      (SELECT CONCAT_WS('/', ${of('instances')}, ${of('cores')}, ${of('ram')})
        FROM (SELECT project_id, resource, in_use AS n FROM quota_usages) u WHERE u.project_id = p.project_id) AS counted,
      (SELECT CONCAT_WS('/', COUNT(*), COALESCE(SUM(vcpus), 0), COALESCE(SUM(ram_mb), 0)) FROM instance_homes h
        WHERE h.project_id = p.project_id AND h.state <> 'deleted') AS reserved
    FROM (SELECT project_id FROM quota_usages WHERE resource IN ('instances', 'cores', 'ram')
      UNION SELECT project_id FROM instance_homes WHERE state <> 'deleted') p) both_sides
    WHERE counted <> reserved LIMIT ${MAX_DIFFERENCES}`,
  );
}

const RESOURCES = ['instances', 'cores', 'ram'] as const;

/**
 * Sets a project's usage to what its homes hold. The usages are locked first: a transaction that changes them keeps that lock until what it
 * counts is committed, or changes them by what it adds or takes, after this. So what is read then is right in both cases.
 * @returns whether they differed.
 */
export async function recountProject(tx: DirectoryTx, projectId: string): Promise<boolean> {
  const usages = await tx
    .selectFrom('quota_usages')
    .select(['resource', 'in_use'])
    .where('project_id', '=', projectId)
    .where('resource', 'in', RESOURCES)
    .orderBy('resource')
    .forUpdate()
    .execute();
  const reserved = await tx
    .selectFrom('instance_homes')
    .select((eb) => [eb.fn.countAll().as('instances'), eb.fn.sum('vcpus').as('cores'), eb.fn.sum('ram_mb').as('ram')])
    .where('project_id', '=', projectId)
    .where('state', '!=', 'deleted')
    .executeTakeFirstOrThrow();
  const inUse = new Map(usages.map((row) => [row.resource, Number(row.in_use)]));
  const wrong = RESOURCES.filter((resource) => (inUse.get(resource) ?? 0) !== Number(reserved[resource] ?? 0));
  for (const resource of wrong) {
    const right = Number(reserved[resource] ?? 0);
    await tx
      .insertInto('quota_usages')
      .values({ project_id: projectId, resource, in_use: right })
      .onDuplicateKeyUpdate({ in_use: right })
      .execute();
  }
  return wrong.length > 0;
}
