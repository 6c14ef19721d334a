import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import {
  ALIVE_MS,
  abandonKey,
  beginKey,
  countKeys,
  finishKey,
  KEPT_MS,
  keepAlive,
  markCommit,
  purgeKeys,
} from '#platform/directory/stores/idempotency-keys.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { aKeyUse } from '../../../support/a-key-use.ts';
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
  const use = (keyHash: string, changed: Parameters<typeof aKeyUse>[0] = {}) => aKeyUse({ keyHash, ...changed });
  const begin = (keyHash: string, changed?: Parameters<typeof aKeyUse>[0], now = NOW) =>
    beginKey(db.database, use(keyHash, changed), now);
  const mark = (keyHash: string, requestId = 'req-1') =>
    db.database.transaction((tx) => markCommit(tx, use(keyHash, { requestId })));
  const dead = NOW + ALIVE_MS + MINUTE;

  it('let one of many through', async () => {
    const states = await Promise.all(
      Array.from({ length: 20 }, (_, index) => begin('many', { requestId: `req-${index}` })),
    );
    expect(states.filter(({ state }) => state === 'begun')).toHaveLength(1);
    expect(states.filter(({ state }) => state === 'in-flight')).toHaveLength(19);
  });

  it('give the first answer again, and refuse another request', async () => {
    await begin('done');
    await finishKey(db.database, use('done'), ANSWER);
    expect(await begin('done')).toEqual({ state: 'answered', answer: ANSWER, requestId: 'req-1' });
    const other = { fingerprint: 'e'.repeat(64) };
    expect(await begin('done', other)).toEqual({ state: 'other-request', first: use('').request, requestId: 'req-1' });
    expect(await begin('done', other, NOW + KEPT_MS + MINUTE)).toEqual({ state: 'begun' });
  });

  it('are free again when nothing was done, or the process died before its work', async () => {
    await begin('failed');
    await abandonKey(db.database, use('failed'), 0);
    expect(await begin('failed')).toEqual({ state: 'begun' });
    await begin('died');
    expect(await begin('died', {}, NOW + MINUTE)).toEqual({ state: 'in-flight', requestId: 'req-1' });
    expect(await begin('died', { fingerprint: 'e'.repeat(64) }, dead)).toEqual({ state: 'begun' });
  });

  it('stay taken for as long as the process says that it works', async () => {
    await begin('slow');
    await keepAlive(db.database, use('slow'), NOW + ALIVE_MS);
    expect(await begin('slow', {}, dead)).toEqual({ state: 'in-flight', requestId: 'req-1' });
  });

  it('tell of work whose process died before the answer was kept', async () => {
    await begin('committed');
    expect(await mark('committed')).toBe(true);
    expect(await begin('committed', { requestId: 'req-2' }, dead)).toEqual({ state: 'lost', requestId: 'req-1' });
    expect(await begin('committed', { fingerprint: 'e'.repeat(64) }, dead)).toMatchObject({ state: 'other-request' });
    expect(await begin('committed', { requestId: 'req-2', isRepeatable: true }, dead)).toEqual({ state: 'begun' });
  });

  it('tell of a commit whose answer was lost', async () => {
    await begin('unsure');
    await mark('unsure');
    await abandonKey(db.database, use('unsure'), 0);
    expect(await begin('unsure', { requestId: 'req-2' })).toEqual({ state: 'lost', requestId: 'req-1' });
    await begin('sure');
    await mark('sure');
    await abandonKey(db.database, use('sure'), 1);
    expect(await begin('sure', { requestId: 'req-2' })).toEqual({ state: 'begun' });
  });

  it('are finished, freed and committed only by the request that has them', async () => {
    await begin('late', { requestId: 'req-1' });
    expect(await begin('late', { requestId: 'req-2' }, dead)).toEqual({ state: 'begun' });
    expect(await mark('late', 'req-1')).toBe(false);
    await abandonKey(db.database, use('late'), 0);
    await finishKey(db.database, use('late'), ANSWER);
    const third = { requestId: 'req-3' };
    expect(await begin('late', third, dead)).toEqual({ state: 'in-flight', requestId: 'req-2' });
    expect(await mark('late', 'req-2')).toBe(true);
    await finishKey(db.database, use('late', { requestId: 'req-2' }), ANSWER);
    expect(await begin('late', third, dead)).toMatchObject({ state: 'answered', requestId: 'req-2' });
    expect(await mark('late', 'req-2')).toBe(false);
  });

  it('are counted for their project, up to a limit', async () => {
    for (const key of ['a', 'b', 'c']) await begin(key, { owner: 'counted' });
    expect(await countKeys(db.database.read, 'counted', 10)).toBe(3);
    expect(await countKeys(db.database.read, 'counted', 2)).toBe(2);
  });

  it('are forgotten after a day', async () => {
    await begin('old', {}, NOW - KEPT_MS - MINUTE);
    expect(await purgeKeys(db.database, NOW)).toBe(1);
    expect(await purgeKeys(db.database, NOW)).toBe(0);
  });
});
