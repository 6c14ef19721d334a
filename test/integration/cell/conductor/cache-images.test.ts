import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeContract } from '#platform/contracts/compute.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Client } from '#platform/rpc/client.ts';
import type { HttpService } from '#platform/rpc/http-service.ts';
import { serveContract } from '#platform/rpc/server.ts';
import { authenticateConductor } from '../../../../cell/agent/conductor-trust.ts';
import { anImage } from '../../../support/a-build.ts';
import { startOnLoopback } from '../../../support/loopback-service.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('images that hosts fetch in advance', () => {
  let world: CellWorld;
  let agent: HttpService;
  const asked: string[] = [];
  let failure: VolvoxError | null = null;
  useCellWorld({ hosts: 2 }, (made) => {
    world = made;
  });

  beforeAll(async () => {
    const unused = async () => Promise.reject(new VolvoxError('not-found', 'no such guest here'));
    const trust = {
      ...{ agentId: world.agents.computeId, credential: { isOwn: false }, verify: () => false },
      sharedKey: { reveal: () => AGENT_KEY },
    };
    agent = await startOnLoopback('agent', (app) => {
      const handlers = {
        ...{ consoleOutput: unused, guestStats: unused, guestDisks: unused, injectNmi: unused, setPassword: unused },
        cacheImage: async ({ image }: Parameters<Client<typeof computeContract>['cacheImage']>[0]) => {
          if (failure !== null) throw failure;
          asked.push(image.id);
          return { present: false };
        },
      };
      serveContract(app, computeContract, handlers, authenticateConductor(trust as never));
    });
    const { write } = world.test.database;
    await write.updateTable('agents').set({ url: agent.address() }).where('id', '=', world.agents.computeId).execute();
  });
  afterAll(() => agent?.stop());

  it('asks each agent once, and says which hosts do not, and why', async () => {
    const images = [anImage(), anImage()];
    const ids = images.map(({ id }) => id);
    const { refused } = await world.door.cacheImages({ hosts: ['host-1', 'host-2', 'host-9'], images });
    expect(asked).toEqual(ids);
    expect(refused).toEqual([{ host: 'host-9', reason: 'this cell has no such host' }]);
    failure = new VolvoxError('invalid', 'The checksum of the image is no SHA-256.');
    const again = await world.door.cacheImages({ hosts: ['host-1', 'host-2'], images });
    expect(again.refused.map(({ host }) => host).sort()).toEqual(['host-1', 'host-2']);
    expect(again.refused[0]?.reason).toContain('SHA-256');
  });
});
