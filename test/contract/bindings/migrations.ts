import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import type { MigrationStatus } from '#platform/objects/server-migration.ts';
import { aBuild } from '../../support/a-build.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { liveMigration, MIGRATED_SERVER, MIGRATIONS, seedMigrations, withOurNumbers } from '../fixture-migrations.ts';
import type { Region } from '../region.ts';
import type { Step } from '../scenarios.ts';
import type { BeforeStep, Binding } from './binding.ts';

/** The host that stands for a second one. */
const TARGET = 'target-host';
const MADE = /nova\.context\.RequestContext|nova\.objects\.Migration|fake_instance|nova\.objects\.Instance/;
const ENDING = /self\.migration\.status|set migration\.|get_by_id_and_instance|live_migration_force_complete/;

/** Migrations that Nova's tests wrote into its database, or began without carrying them out. */
export const MIGRATION_BINDINGS: readonly Binding[] = [
  {
    internals: MADE,
    scenario: /^test_migrations\./,
    here: 'migrations: rows in the database of the cell; their numbers are those of their uuids',
    prepare: ({ cell }) => seedMigrations(cell, MIGRATIONS),
    template: withOurNumbers,
  },
  {
    internals: MADE,
    scenario: /^test_server_migrations\.ServerMigrationsSamplesJson/,
    here: 'a live migration of a server: a row in the database of the cell',
    prepare: seedMigratedServer,
    template: withOurNumbers,
  },
  {
    internals: new RegExp(`${MADE.source}|${ENDING.source}`),
    scenario: /^test_server_migrations\.ServerMigrationsSampleJson/,
    here: "a live migration that goes on: a row in the database of the cell, and the door's word that the server is migrating; it takes the disks along, which Nova's stub did not look at",
    request: withDisks,
    beforeStep: goOn,
  },
  {
    internals: /ComputeTaskManager|ComputeNode|compute_node_get_all|service_get_by_compute_host/,
    here: "a migration that is accepted and not begun, to a host that is not there: the door's action, and the scheduler's word",
    fixture: (fixture) => ({
      ...fixture,
      values: (name) => (name === 'compute_host' ? TARGET : fixture.values(name)),
    }),
    beforeStep: ({ region, step }) => region.migrateTo(isMigration(step) ? TARGET : null),
  },
  {
    internals: /LiveMigrationTask\._execute/,
    scenario: /compute_host_not_found/,
    here: 'a host that nobody has: the region has no such host either',
  },
];

const isMigration = ({ request }: Step): boolean =>
  typeof request === 'object' && request !== null && ('migrate' in request || 'os-migrateLive' in request);

/** The server of Nova's tests, built once, and its migration. */
async function seedMigratedServer({ cell, directory }: Region): Promise<void> {
  if ((await getHome(directory.read, MIGRATED_SERVER)) === null) {
    const build = aBuild({ uuid: MIGRATED_SERVER, projectId: 'neighbours' });
    await directory.transaction((tx) => acceptBuilds(tx, [build], Date.now()));
    await waitUntil(
      'the migrated server has a home',
      async () => (await getHome(directory.read, MIGRATED_SERVER))?.state === 'placed',
    );
  }
  await seedMigrations(cell, [liveMigration(MIGRATED_SERVER, 'running')]);
}

/** Hosts share no disks. Whether they do is looked at by what the tests of Nova stubbed. */
function withDisks(request: unknown): unknown {
  const { 'os-migrateLive': live } = (request ?? {}) as { 'os-migrateLive'?: { block_migration: boolean | string } };
  return live?.block_migration === false ? { 'os-migrateLive': { ...live, block_migration: true } } : request;
}

/** How far the migration is when the scenario looks at it. */
const STATUSES: readonly (readonly [RegExp, MigrationStatus])[] = [
  [/not_running/, 'completed'],
  [/queued/, 'queued'],
];
/** The uuid whose number is 3, which a recorded path names. */
const THE_THIRD = '00000003-346a-40d0-83c6-5f4f6892b650';

async function goOn({ region, step, scenario, resolve }: BeforeStep): Promise<void> {
  const [, , server = '', what, number] = step.path.split('/');
  const isHere = what === 'migrations';
  region.answerInstead(isHere ? MIGRATING : null);
  if (!isHere) return;
  const status = STATUSES.find(([name]) => name.test(scenario.name))?.[1] ?? 'running';
  const id = number === '3' ? THE_THIRD : undefined;
  await seedMigrations(region.cell, [liveMigration(resolve(server), status, id)]);
}

const MIGRATING: Parameters<Region['answerInstead']>[0] = (door) => ({
  getInstance: async (...call) => ({ ...(await door.getInstance(...call)), taskState: 'migrating' }),
  act: async ({ operationId }) => ({ operationId }),
});
