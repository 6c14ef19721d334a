import { sql } from 'kysely';
import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import type { Directory, DirectoryTx } from '#platform/directory/directory.ts';
import type { GlobalDeps } from '../deps.ts';

const MOST = 500;

interface Counts {
  readonly project_id: string;
  /** instances/cores/ram, as counted and as held. */
  readonly counted: string;
  readonly held: string;
}

/**
 * A project's usage differs if what is counted as in use (instances, cores, ram) is not what its homes hold, those of deleted servers
 * left out. One statement, so it sees one moment.
 */
export const quotaUsage = ({ directory }: Pick<GlobalDeps, 'directory'>): Auditor => ({
  kinds: ['quota-usage'],
  settleMs: 1_000,
  look: async () =>
    (await differing(directory.read)).map(
      ({ project_id: projectId, counted, held }): Difference => ({
        kind: 'quota-usage',
        subject: projectId,
        message: `project ${projectId} is counted ${counted} (instances/cores/MiB), its servers hold ${held}`,
        advice: 'none: it is counted anew',
        repair: () => directory.transaction((tx) => recount(tx, projectId)),
      }),
    ),
});

async function differing(read: Directory['read']): Promise<readonly Counts[]> {
  const of = (resource: string) => sql`COALESCE(MAX(IF(resource = ${resource}, n, 0)), 0)`;
  const { rows } = await sql<Counts>`SELECT * FROM (
    SELECT p.project_id,
      (SELECT CONCAT_WS('/', ${of('instances')}, ${of('cores')}, ${of('ram')})
        FROM (SELECT project_id, resource, in_use AS n FROM quota_usages) u WHERE u.project_id = p.project_id) AS counted,
      (SELECT CONCAT_WS('/', COUNT(*), COALESCE(SUM(vcpus), 0), COALESCE(SUM(ram_mb), 0)) FROM instance_homes h
        WHERE h.project_id = p.project_id AND h.state <> 'deleted') AS held
    FROM (SELECT project_id FROM quota_usages WHERE resource IN ('instances', 'cores', 'ram')
      UNION SELECT project_id FROM instance_homes WHERE state <> 'deleted') p) both_sides
    WHERE counted <> held LIMIT ${MOST}`.execute(read);
  return rows;
}

const RESOURCES = ['instances', 'cores', 'ram'] as const;

/**
 * The usages are locked first: whoever changes them holds them until what he counts is committed, or changes them, by what he adds or
 * takes, after this. So what is read then is right in both cases.
 */
async function recount(tx: DirectoryTx, projectId: string): Promise<boolean> {
  const usages = await tx
    .selectFrom('quota_usages')
    .select(['resource', 'in_use'])
    .where('project_id', '=', projectId)
    .where('resource', 'in', RESOURCES)
    .orderBy('resource')
    .forUpdate()
    .execute();
  const held = await tx
    .selectFrom('instance_homes')
    .select((eb) => [eb.fn.countAll().as('instances'), eb.fn.sum('vcpus').as('cores'), eb.fn.sum('ram_mb').as('ram')])
    .where('project_id', '=', projectId)
    .where('state', '!=', 'deleted')
    .executeTakeFirstOrThrow();
  const inUse = new Map(usages.map((row) => [row.resource, Number(row.in_use)]));
  const wrong = RESOURCES.filter((resource) => (inUse.get(resource) ?? 0) !== Number(held[resource] ?? 0));
  for (const resource of wrong) {
    const right = Number(held[resource] ?? 0);
    await tx
      .insertInto('quota_usages')
      .values({ project_id: projectId, resource, in_use: right })
      .onDuplicateKeyUpdate({ in_use: right })
      .execute();
  }
  return wrong.length > 0;
}
