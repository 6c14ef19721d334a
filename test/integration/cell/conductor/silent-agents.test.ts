import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentAgentsReconciler } from '../../../../cell/conductor/reconcilers/silent-agents.ts';
import { saveAgent } from '../../../../cell/database/stores/agents.ts';
import { CellWorld } from './support/cell-world.ts';

const DOWN_AFTER_MS = 10_000;
const ROUND_MS = 2_000;

describe('a silent agent', () => {
  let world: CellWorld;
  /** The time of a conductor that looks for silent agents; the world's own would not for an hour. */
  let now: number;
  let databaseAway: boolean;
  let round: (ms: number) => Promise<number>;

  beforeAll(async () => {
    world = await CellWorld.create({ hosts: 1, conductor: { agentDownAfterMs: 3_600_000 } });
    await world.agents.stop();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    const { parts } = world.conductor;
    now = Date.now() + 86_400_000;
    databaseAway = false;
    const silentAgents = silentAgentsReconciler({
      ...parts,
      clock: { ...parts.clock, now: () => now },
      agentTimes: { heartbeatMs: 200, downAfterMs: DOWN_AFTER_MS },
      database: {
        ...parts.database,
        get read() {
          if (databaseAway) throw new Error('the database is away');
          return parts.database.read;
        },
      },
    });
    round = async (ms) => {
      now += ms;
      await silentAgents.reconcile();
      const up = await parts.database.read.selectFrom('hosts').select('id').where('up', '=', 1).execute();
      return up.length;
    };
  });
  const otherId = randomUUID();
  const saveOther = (lastSeenAt: number): Promise<void> =>
    world.test.database.transaction((tx) =>
      saveAgent(tx, {
        ...{ id: otherId, kind: 'compute', url: 'http://127.0.0.1:9', release: 'test', up: true },
        ...{ startedAt: '2026-01-01 00:00:00.000000', lastSeenAt },
      }),
    );
  const upAgain = async (): Promise<void> => {
    const { write } = world.test.database;
    await write.deleteFrom('agents').where('id', '=', otherId).execute();
    await write.updateTable('agents').set({ up: 1 }).execute();
    await write.updateTable('hosts').set({ up: 1 }).execute();
  };
  const rounds = async (count: number): Promise<number> => {
    let hostsUp = -1;
    for (let done = 0; done < count; done++) hostsUp = await round(ROUND_MS);
    return hostsUp;
  };

  it('is not marked down by a conductor that was away itself, until it has listened long enough', async () => {
    expect(await round(0)).toBe(1);
    expect(await rounds(4)).toBe(1);
  });

  it('is not marked down after a pause of the conductor', async () => {
    await round(0);
    await rounds(4);
    expect(await round(60_000)).toBe(1);
    expect(await rounds(4)).toBe(1);
  });

  it('is not marked down after an outage of the database', async () => {
    await round(0);
    await rounds(3);
    databaseAway = true;
    await expect(round(ROUND_MS)).rejects.toThrow('away');
    databaseAway = false;
    expect(await rounds(5)).toBe(1);
  });

  it('is not marked down while all compute agents are silent together: the conductor may be deaf, for three times as long', async () => {
    await saveOther(0);
    await round(0);
    expect(await rounds(14)).toBe(1);
    expect(await rounds(1)).toBe(0);
    await upAgain();
  });

  it('is marked down in time when another compute agent is heard', async () => {
    await saveOther(now + 3_600_000);
    await round(0);
    expect(await rounds(5)).toBe(0);
    await upAgain();
  });

  it('is marked down with its hosts once the conductor has listened long enough', async () => {
    await round(0);
    expect(await rounds(5)).toBe(0);
  });
});
