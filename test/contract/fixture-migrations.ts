import { sqlTime } from '#platform/database/json-column.ts';
import type { MigrationStatus, MigrationType } from '#platform/objects/server-migration.ts';
import { legacyId } from '../../api/compute/legacy-id.ts';
import type { CellDatabase } from '../../cell/database/cell-database.ts';

interface RecordedMigration {
  readonly id: string;
  readonly instanceUuid: string;
  readonly type: MigrationType;
  readonly status: MigrationStatus;
  readonly at: string;
  readonly route: { readonly compute: readonly [string, string]; readonly node: readonly [string, string] };
  readonly address: string;
  readonly owner: { readonly user: string; readonly project: string };
  readonly flavors: readonly [string, string];
  readonly progress?: object;
}

/** The uuids of the migrations that Nova's tests make, by their numbers there. */
const IDS = ['1', '2', '3', '4'].map((n) => `${n}2341d4b-346a-40d0-83c6-5f4f6892b650`);
const [FIRST = '', SECOND = '', THIRD = '', FOURTH = ''] = IDS;

/** The migration that tests of one migration make. */
export const RECORDED_MIGRATION = FIRST;
/** A server that Nova's tests write into its database. */
export const MIGRATED_SERVER = '4cfba335-03d8-49b2-8c52-e69043d1e8fe';

const LIVE = {
  type: 'live-migration',
  route: { compute: ['compute1', 'compute2'], node: ['node1', 'node2'] },
  address: '1.2.3.4',
  flavors: ['1', '1'],
  owner: { user: '5c48ebaa-193f-4c5d-948a-f559cc92cd5e', project: 'ef92ccff-00f3-46e4-b015-811110e36ee4' },
} as const;
const LIVE_SERVER = { ...LIVE, instanceUuid: '8600d31b-d1a1-4632-b2ff-45c2be1a70ff' };
const RESIZE = {
  type: 'resize',
  instanceUuid: '9128d044-7b61-403e-b766-7547076ff6c1',
  route: { compute: ['compute10', 'compute20'], node: ['node10', 'node20'] },
  address: '5.6.7.8',
  flavors: ['5', '6'],
  owner: { user: '78348f0e-97ee-4d70-ad34-189692673ea2', project: '9842f0f7-1229-4355-afe7-15ebdbb8c3d8' },
} as const;

/** Of two servers: nova/tests/functional/api_sample_tests/test_migrations.py. */
export const MIGRATIONS: readonly RecordedMigration[] = [
  { ...LIVE_SERVER, id: FIRST, status: 'running', at: '2016-01-29T11:42:02.000000Z' },
  { ...LIVE_SERVER, id: SECOND, status: 'error', at: '2016-01-29T12:42:02.000000Z' },
  { ...RESIZE, id: THIRD, status: 'error', at: '2016-06-23T13:42:02.000000Z' },
  { ...RESIZE, id: FOURTH, status: 'migrating', at: '2016-06-23T14:42:02.000000Z' },
];

/** The live migration of a server: nova/tests/functional/api_sample_tests/test_server_migrations.py. */
export const liveMigration = (
  instanceUuid: string,
  status: MigrationStatus,
  id: string = RECORDED_MIGRATION,
): RecordedMigration => ({
  ...LIVE,
  ...{ id, instanceUuid, status, at: '2016-01-29T13:42:02.000000Z' },
  progress: {
    ...{ memoryTotal: 123_456, memoryProcessed: 12_345, memoryRemaining: 111_111 },
    ...{ diskTotal: 234_567, diskProcessed: 23_456, diskRemaining: 211_111 },
  },
});

/** Leaves these migrations as the only ones of the cell. */
export async function seedMigrations(cell: CellDatabase, migrations: readonly RecordedMigration[]): Promise<void> {
  await cell.write.deleteFrom('server_migrations').execute();
  const rows = migrations.map((one) => ({
    ...{ id: one.id, instance_uuid: one.instanceUuid, type: one.type, status: one.status, hidden: 0 },
    ...{ user_id: one.owner.user, project_id: one.owner.project },
    ...{ source_compute: one.route.compute[0], dest_compute: one.route.compute[1], dest_host: one.address },
    ...{ source_node: one.route.node[0], dest_node: one.route.node[1] },
    ...{ old_flavor_id: one.flavors[0], new_flavor_id: one.flavors[1] },
    progress: one.progress === undefined ? null : JSON.stringify(one.progress),
    created_at: sqlTime(one.at),
    updated_at: sqlTime(one.at),
  }));
  await cell.write.insertInto('server_migrations').values(rows).execute();
}

/** A template in which migrations have our numbers instead of Nova's, and links go without the project. */
export function withOurNumbers(template: unknown): unknown {
  if (Array.isArray(template)) return template.map(withOurNumbers);
  if (typeof template === 'string') {
    return template
      .replace('/6f70656e737461636b20342065766572/', '/')
      .replace(/(?<=\/migrations\/)([1-4])(?!\d)/, (_all, n: string) => String(ourNumber(Number(n))));
  }
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [
      key,
      key === 'id' && typeof value === 'number' ? ourNumber(value) : withOurNumbers(value),
    ]),
  );
}

const ourNumber = (recorded: number): number => legacyId(IDS[recorded - 1] ?? '');
