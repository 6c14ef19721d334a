import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { pagesOfHomes } from '#platform/directory/migrations/0076-pages-of-homes.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { endHome } from '#platform/directory/stores/homes/deleting.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { type HomePosition, type ListedHome, pageOfHomes } from '#platform/directory/stores/homes/page-of-homes.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { aBuild } from '../../../support/a-build.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';

const COUNT = 3_000;
const NOW = Date.parse('2026-05-01T12:00:00Z');

describe('pages of homes', () => {
  const db = useTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
  const alive: string[] = [];

  beforeAll(async () => {
    const builds = Array.from({ length: COUNT }, (_, at) =>
      aBuild({
        projectId: at % 3 === 0 ? 'small' : 'large',
        // A batch has one moment.
        createdAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(at / 700) * 1_000).toISOString(),
      }),
    );
    await db.database.transaction((tx) => acceptBuilds(tx, builds, NOW));
    const gone = new Set(builds.filter((_build, at) => at % 5 === 4).map(({ uuid }) => uuid));
    await db.database.transaction(async (tx) => {
      for (const uuid of [...gone].slice(0, 300)) {
        const home = await getHome(tx, uuid);
        if (home !== null) await endHome(tx, home, NOW);
      }
    });
    const deleted = new Set([...gone].slice(0, 300));
    const order = [...builds].sort((a, b) => (`${a.createdAt}${a.uuid}` < `${b.createdAt}${b.uuid}` ? 1 : -1));
    alive.push(...order.filter(({ uuid }) => !deleted.has(uuid)).map(({ uuid }) => uuid));
    await sql`ANALYZE TABLE instance_homes`.execute(db.database.write);
  });

  /** A page, and how many rows or entries of an index the server read for it. */
  const costOf = (projectId: string | undefined, newestFirst: boolean, after: HomePosition | null, limit: number) =>
    db.database.transaction(async (tx) => {
      await sql`FLUSH STATUS`.execute(tx);
      const homes = await pageOfHomes(tx, { projectId }, { newestFirst, after, limit });
      const { rows } = await sql<{ Value: string }>`SHOW SESSION STATUS LIKE 'Handler_read%'`.execute(tx);
      return { homes, read: rows.reduce((sum, { Value }) => sum + Number(Value), 0) };
    });

  it.each([
    ['of all', undefined, true],
    ['of all, oldest first', undefined, false],
    ['of a project', 'large', true],
    ['of a project, oldest first', 'large', false],
  ] as const)('%s show each once, in order, and read what they show', async (_what, projectId, newestFirst) => {
    const seen: ListedHome[] = [];
    for (let after: HomePosition | null = null; ; after = seen.at(-1) ?? null) {
      const { homes, read } = await costOf(projectId, newestFirst, after, 50);
      expect(read).toBeLessThanOrEqual(60);
      seen.push(...homes);
      if (homes.length < 50) break;
    }
    const expected = newestFirst ? alive : [...alive].reverse();
    const ofProject = new Set(seen.map(({ projectId: id }) => id));
    expect([...ofProject].sort()).toEqual(projectId === undefined ? ['large', 'small'] : [projectId]);
    const shown = new Set(seen.map(({ uuid }) => uuid));
    expect(seen.map(({ uuid }) => uuid)).toEqual(expected.filter((uuid) => projectId === undefined || shown.has(uuid)));
    expect(seen.length).toBe(projectId === undefined ? alive.length : shown.size);
  });

  it('sort by the creation time of the build, also homes that an earlier release wrote', async () => {
    const [uuid = ''] = alive;
    const before = (await getHome(db.database.read, uuid))?.createdAt;
    await sql`UPDATE instance_homes SET created_at = '2020-01-01 00:00:00' WHERE uuid = ${uuid}`.execute(
      db.database.write,
    );
    for (const statement of pagesOfHomes.up) await sql.raw(statement).execute(db.database.write);
    expect((await getHome(db.database.read, uuid))?.createdAt).toBe(before);
  });
});
