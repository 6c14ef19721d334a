import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import {
  clearProjectLimits,
  giveQuota,
  projectLimits,
  projectUsages,
  setClassLimits,
  setProjectLimits,
  takeQuota,
  takeQuotaUpTo,
} from '#platform/directory/stores/quotas.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';

const ONE = { instances: 1, cores: 2, ram: 512 };

describe('quotas', () => {
  let db: TestDatabase<DirectoryTables>;
  beforeAll(async () => {
    db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS, 20);
  });
  afterAll(() => db.drop());

  const take = (project: string, amounts = ONE) => db.database.transaction((tx) => takeQuota(tx, project, amounts));
  const usages = (project: string) => projectUsages(db.database.read, project);

  it('are exact under 50 parallel requests', async () => {
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => take('parallel')));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(40);
    for (const { reason } of refused) expect(isVolvoxError(reason, 'quota-exceeded'), String(reason)).toBe(true);
    expect(await usages('parallel')).toMatchObject({ instances: 10, cores: 20, ram: 5_120 });
  });

  it('stay exact while others give back', async () => {
    await Promise.all(Array.from({ length: 10 }, () => take('busy')));
    const turns = Array.from({ length: 40 }, async () => {
      await db.database.transaction((tx) => giveQuota(tx, 'busy', ONE));
      await take('busy').catch((error) => expect(isVolvoxError(error, 'quota-exceeded')).toBe(true));
    });
    await Promise.all(turns);
    const { instances, cores, ram } = await usages('busy');
    expect(instances).toBeLessThanOrEqual(10);
    expect([cores, ram]).toEqual([instances * 2, instances * 512]);
  });

  it("say what is exceeded in Nova's words", async () => {
    for (let count = 0; count < 10; count++) await take('full', { instances: 1, cores: 0, ram: 0 });
    await expect(take('full')).rejects.toThrow(
      'Quota exceeded for instances: Requested 1, but already used 10 of 10 instances',
    );
    await expect(take('wide', { instances: 11, cores: 21, ram: 1 })).rejects.toThrow(
      'Quota exceeded for cores, instances: Requested 21, 11, but already used 0, 0 of 20, 10 cores, instances',
    );
  });

  it('take nothing when the transaction is rolled back', async () => {
    const failing = db.database.transaction(async (tx) => {
      await takeQuota(tx, 'rolled-back', ONE);
      throw new Error('something else went wrong');
    });
    await expect(failing).rejects.toThrow('something else');
    expect((await usages('rolled-back')).instances).toBe(0);
  });

  it('take as many as fit, and at least as many as were asked for', async () => {
    const upTo = (min: number, max: number) =>
      db.database.transaction((tx) => takeQuotaUpTo(tx, 'several', ONE, min, max));
    expect(await upTo(1, 7)).toBe(7);
    expect(await upTo(1, 7)).toBe(3);
    await expect(upTo(1, 7)).rejects.toThrow('Requested 2, 1, but already used 20, 10 of 20, 10 cores, instances');
    expect(await usages('several')).toMatchObject({ instances: 10, cores: 20 });
  });

  it('hold the project, above the class, above what is built in', async () => {
    const limits = () => projectLimits(db.database.read, 'limited');
    expect((await limits()).instances).toBe(10);
    await db.database.transaction((tx) => setClassLimits(tx, 'default', { metadata_items: 7, key_pairs: 8 }));
    await db.database.transaction((tx) => setProjectLimits(tx, 'limited', { key_pairs: 9, instances: -1 }));
    expect(await limits()).toMatchObject({ instances: -1, metadata_items: 7, key_pairs: 9, cores: 20 });
    await take('limited', { instances: 100, cores: 0, ram: 0 });
    await db.database.transaction((tx) => clearProjectLimits(tx, 'limited'));
    expect(await limits()).toMatchObject({ instances: 10, key_pairs: 8 });
    await expect(take('limited', { instances: 1, cores: 0, ram: 0 })).rejects.toThrow('already used 100 of 10');
  });

  it('never go below zero', async () => {
    await db.database.transaction((tx) => giveQuota(tx, 'nobody', ONE));
    await take('nobody');
    await db.database.transaction((tx) => giveQuota(tx, 'nobody', { instances: 5 }));
    expect(await usages('nobody')).toMatchObject({ instances: 0, cores: 2 });
  });
});
