import { afterAll, beforeAll, expect, it } from 'vitest';
import { sqlTime } from '#platform/database/json-column.ts';
import { beginKey } from '#platform/directory/stores/idempotency-keys.ts';
import { timestamp } from '#platform/time/clock.ts';
import { oldRows } from '../../../super-conductor/reconcilers/old-rows.ts';
import { aKeyUse } from '../../support/a-key-use.ts';
import { aWorld, type World } from './world.ts';

const DAY_MS = 24 * 3_600_000;
const MAX_AT_ONCE = 2;

let world: World;
beforeAll(async () => {
  world = await aWorld([]);
});
afterAll(() => world.close());

it('drops all that is old, in batches, and nothing else', async () => {
  const { directory, deps } = world;
  const now = deps.clock.now();
  const deleted = async (days: number) => {
    const { uuid } = await world.accept();
    await world.askDelete(uuid);
    const updated_at = sqlTime(timestamp(now - days * DAY_MS));
    await directory.write.updateTable('instance_homes').set({ updated_at }).where('uuid', '=', uuid).execute();
    return uuid;
  };
  const uuids = [await deleted(6), await deleted(6), await deleted(6), await deleted(4)];
  const { uuid: living } = await world.accept();
  const finishedAt = (days: number) => now - days * DAY_MS;
  for (const [at, uuid] of uuids.entries()) {
    const finished_at = finishedAt(at === 3 ? 29 : 31);
    await directory.write.updateTable('operations').set({ finished_at }).where('subject', '=', uuid).execute();
    await beginKey(directory, aKeyUse({ keyHash: uuid }), finishedAt(at === 3 ? 0 : 2));
  }

  await oldRows(deps, { keepDeletedDays: 5, mostAtOnce: MAX_AT_ONCE }).reconcile();

  const kept = new Set([uuids[3], living]);
  const homes = await directory.read.selectFrom('instance_homes').select('uuid').execute();
  expect(new Set(homes.map(({ uuid }) => uuid))).toEqual(kept);
  const operations = await directory.read.selectFrom('operations').select('subject').execute();
  expect(new Set(operations.map(({ subject }) => subject))).toEqual(kept);
  const keys = await directory.read.selectFrom('idempotency_keys').select('idempotency_key').execute();
  expect(keys.map((row) => row.idempotency_key)).toEqual([uuids[3]]);
});
