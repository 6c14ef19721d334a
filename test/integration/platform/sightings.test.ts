import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSightingStore } from '#platform/audit/sighting-store.ts';
import { Sightings, sighted } from '#platform/audit/sightings.ts';
import { CREATE_SIGHTINGS, type WithSightings } from '#platform/audit/sightings-table.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { waitUntil } from '../../support/wait-until.ts';

const HOUR_MS = 3_600_000;
const aSighting = (subject: string, message = 'it reached too far') => ({
  ...{ kind: 'agent-overreach' as const, subject, message, advice: 'look at it' },
});

describe('sightings', () => {
  let db: TestDatabase<WithSightings>;
  let now = 1_000_000_000_000;
  const clock = { ...systemClock, now: () => now };
  const saved: string[] = [];
  beforeAll(async () => {
    db = await createTestDatabase<WithSightings>([{ name: '0001-sightings', up: [CREATE_SIGHTINGS] }]);
  });
  afterAll(() => db.drop());

  const store = () => {
    const real = createSightingStore(db.database);
    return {
      ...real,
      save: async (...args: Parameters<typeof real.save>) => {
        await real.save(...args);
        saved.push(args[0].subject);
      },
    };
  };
  const look = () => sighted(store(), ['agent-overreach'], clock).look();

  it('become findings, which end an hour after the last one', async () => {
    const sightings = new Sightings(store(), clock, silentLogger);
    sightings.note(aSighting('a'));
    await waitUntil('the first', () => saved.includes('a'));
    expect(await look()).toEqual([aSighting('a')]);
    now += HOUR_MS - 1;
    sightings.note(aSighting('a', 'it did so again'));
    await waitUntil('the second', () => saved.length === 2);
    now += HOUR_MS;
    expect(await look()).toEqual([aSighting('a', 'it did so again')]);
    now += 1;
    expect(await look()).toEqual([]);
  });

  it('of the same thing are stored once in ten seconds, and again after a failure', async () => {
    saved.length = 0;
    let failures = 1;
    const failing = {
      ...store(),
      save: async (...args: Parameters<ReturnType<typeof store>['save']>) => {
        if (failures-- > 0) throw new Error('the database is away');
        await store().save(...args);
      },
    };
    const sightings = new Sightings(failing, clock, silentLogger);
    sightings.note(aSighting('b'));
    await waitUntil('it to be stored', () => {
      sightings.note(aSighting('b'));
      return saved.length > 0;
    });
    for (let n = 0; n < 50; n++) sightings.note(aSighting('b'));
    sightings.note(aSighting('c'));
    await waitUntil('another one', () => saved.includes('c'));
    expect(saved).toEqual(['b', 'c']);
  });

  it('of a liar who shows thousands are not all stored, and none is long', async () => {
    saved.length = 0;
    now += HOUR_MS;
    const sightings = new Sightings(store(), clock, silentLogger);
    for (let lie = 0; lie < 5_000; lie++) sightings.note(aSighting(`lie ${lie}`, 'x'.repeat(100_000)));
    await waitUntil('those that count', () => saved.length === 100);
    now += 10_000;
    sightings.note(aSighting('later'));
    await waitUntil('a later one', () => saved.includes('later'));
    expect(saved).toHaveLength(101);
    for (const { message } of await look()) expect(message.length).toBeLessThanOrEqual(2_000);
  });
});
