import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { agentQueue, agentUser } from '#platform/queue/agent-user.ts';
import { createWakeListener } from '#platform/queue/wake-listener.ts';
import { hashOfSecret, newSecret } from '#platform/rpc/agent-credential.ts';
import { redisOfAgent } from '../../../../cell/agent/redis-of-agent.ts';
import { addAgentKey } from '../../../../cell/database/stores/agent-keys.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aJoinToken, joinWith } from './support/an-enrolled-agent.ts';
import { CellWorld } from './support/cell-world.ts';

describe('an agent in the Redis of its cell', () => {
  let world: CellWorld;
  const open: (Service | Redis)[] = [];
  beforeAll(async () => {
    world = await CellWorld.create({ hosts: 0 });
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await (one instanceof Redis ? one.disconnect() : one.stop());
  });
  afterAll(() => world.close());

  const config = () => ({ ...world.redis.config, password: new Secret('') });
  const newAgent = async () => {
    const host = `host-${randomUUID().slice(0, 8)}`;
    const agentId = randomUUID();
    const secret = newSecret();
    await joinWith(world, await aJoinToken(world, [host]), { agentId, kind: 'compute', keyHash: hashOfSecret(secret) });
    return { host, agentId, secret };
  };
  /** A connection as this user; it does not come back when it breaks. */
  const connect = async (username: string, password: string): Promise<Redis> => {
    const { host, port } = world.redis.config;
    const redis = new Redis({ host, port, username, password, lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => undefined);
    open.push(redis);
    await redis.connect();
    return redis;
  };
  const connected = ({ agentId, secret }: { agentId: string; secret: string }) =>
    waitUntil(`the user of ${agentId}`, () => connect(agentUser(agentId), secret).catch(() => undefined));
  const listening = async (agentId: string, secret: () => string | null): Promise<string[]> => {
    const taken: string[] = [];
    const agent = {
      agentId,
      credential: {
        get secret() {
          return secret();
        },
      },
    } as unknown as Parameters<typeof redisOfAgent>[1];
    const listener = createWakeListener(
      redisOfAgent(config(), agent),
      agentQueue(agentId),
      (ids) => taken.push(...ids),
      silentLogger,
    );
    open.push(listener);
    await listener.start();
    return taken;
  };
  const wakes = (agentId: string, taken: readonly string[], id: string) =>
    waitUntil(`the wake-up ${id}`, async () => {
      if (taken.includes(id)) return true;
      await world.conductor.parts.waker.wake(agentQueue(agentId), [id]);
      return false;
    });

  it('reaches its own queue, and nothing else', async () => {
    const [own, other] = [await newAgent(), await newAgent()];
    const redis = await connected(own);
    const key = (agentId: string) => `volvox:${agentQueue(agentId)}:wait`;
    expect(await redis.llen(key(own.agentId))).toBe(0);
    const forbidden: readonly (readonly [string, ...string[]])[] = [
      ['LLEN', key(other.agentId)],
      ['RPUSH', key(other.agentId), 'x'],
      ['RENAME', key(own.agentId), key(other.agentId)],
      ['EVAL', `return redis.call('LLEN', '${key(other.agentId)}')`, '0'],
      ['KEYS', '*'],
      ['SCAN', '0'],
      ['RANDOMKEY'],
      ['FLUSHALL'],
      ['FLUSHDB'],
      ['CONFIG', 'GET', 'requirepass'],
      ['ACL', 'LIST'],
      ['CLIENT', 'LIST'],
      ['MONITOR'],
      ['SHUTDOWN'],
      ['SCRIPT', 'FLUSH'],
      ['FUNCTION', 'FLUSH'],
      ['SELECT', '1'],
      ['PUBLISH', 'x', 'y'],
    ];
    for (const [command, ...args] of forbidden) {
      await expect(redis.call(command, ...args), command).rejects.toThrow(
        /NOPERM|No permissions|The user executing the script/,
      );
    }
    await expect(connect(agentUser(other.agentId), own.secret)).rejects.toThrow();
    await expect(connect('default', own.secret)).rejects.toThrow();
  });

  it('is woken, also after Redis has forgotten its users', async () => {
    const { agentId, secret } = await newAgent();
    const taken = await listening(agentId, () => secret);
    await wakes(agentId, taken, 'before');
    await world.redis.kill();
    await world.redis.start();
    await wakes(agentId, taken, 'after');
  });

  it('is woken once it has joined, and goes on with another key', async () => {
    const { agentId, secret, host } = await newAgent();
    let current: string | null = null;
    const taken = await listening(agentId, () => current);
    current = secret;
    await wakes(agentId, taken, 'joined');
    const renewed = newSecret();
    const key = { agentId, kind: 'compute', hosts: [host], createdAt: Date.now() + 1_000 } as const;
    await world.test.database.transaction((tx) => addAgentKey(tx, { ...key, keyHash: hashOfSecret(renewed) }));
    await world.conductor.parts.agentUsers.compare();
    current = renewed;
    await connected({ agentId, secret: renewed });
    await wakes(agentId, taken, 'renewed');
  });

  it('is out as soon as its host is revoked', async () => {
    const { agentId, secret, host } = await newAgent();
    const redis = await connected({ agentId, secret });
    const ended = new Promise<void>((resolve) => redis.once('end', resolve));
    expect((await world.door.revokeHost({ host })).revoked).toBeGreaterThan(0);
    await ended;
    await expect(connect(agentUser(agentId), secret)).rejects.toThrow();
  });
});
