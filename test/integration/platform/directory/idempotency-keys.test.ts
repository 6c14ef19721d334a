import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { abandonKey, beginKey, finishKey, KEPT_MS, purgeKeys } from '#platform/directory/stores/idempotency-keys.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const MINUTE = 60_000;
const ANSWER = { status: 202, roles: ['member'], headers: { location: '/x' }, body: '{"server":{}}' };

describe('idempotency keys', () => {
  let db: TestDatabase<DirectoryTables>;
  beforeAll(async () => {
    db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS, 20);
  });
  afterAll(() => db.drop());
  const id = (key: string, fingerprint = 'f'.repeat(64), begunAt = NOW) => ({
    projectId: 'p',
    key,
    fingerprint,
    begunAt,
  });
  const begin = (key: string, fingerprint?: string, now?: number) => beginKey(db.database, id(key, fingerprint, now));

  it('let one of many through', async () => {
    const states = await Promise.all(Array.from({ length: 20 }, () => begin('many')));
    expect(states.filter(({ state }) => state === 'begun')).toHaveLength(1);
    expect(states.filter(({ state }) => state === 'in-flight')).toHaveLength(19);
  });

  it('give the first answer again, and refuse another request', async () => {
    await begin('done');
    await finishKey(db.database, id('done'), ANSWER);
    expect(await begin('done')).toEqual({ state: 'answered', answer: ANSWER });
    expect(await begin('done', 'e'.repeat(64))).toEqual({ state: 'other-request' });
    expect(await begin('done', 'e'.repeat(64), NOW + KEPT_MS + MINUTE)).toEqual({ state: 'begun' });
  });

  it('are free again when nothing was done, or the process died', async () => {
    await begin('failed');
    await abandonKey(db.database, id('failed'));
    expect(await begin('failed')).toEqual({ state: 'begun' });
    await begin('died');
    expect(await begin('died', undefined, NOW + MINUTE)).toEqual({ state: 'in-flight' });
    expect(await begin('died', undefined, NOW + 2 * MINUTE)).toEqual({ state: 'begun' });
  });

  it('are finished and freed only by the request that began them', async () => {
    const [first, second] = [id('late'), id('late', undefined, NOW + 2 * MINUTE + 0.5)];
    await beginKey(db.database, first);
    expect(await beginKey(db.database, second)).toEqual({ state: 'begun' });
    await abandonKey(db.database, first);
    await finishKey(db.database, first, ANSWER);
    await abandonKey(db.database, { ...second, begunAt: NOW + 2 * MINUTE });
    expect(await begin('late', undefined, NOW + 3 * MINUTE)).toEqual({ state: 'in-flight' });
    await finishKey(db.database, second, ANSWER);
    expect(await begin('late', undefined, NOW + 3 * MINUTE)).toMatchObject({ state: 'answered' });
  });

  it('are told apart by upper and lower case', async () => {
    await begin('Case');
    expect(await begin('case')).toEqual({ state: 'begun' });
  });

  it('are forgotten after a day', async () => {
    await begin('old', undefined, NOW - KEPT_MS - MINUTE);
    expect(await purgeKeys(db.database, NOW)).toBe(1);
    expect(await purgeKeys(db.database, NOW)).toBe(0);
  });
});
