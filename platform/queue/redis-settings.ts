import { isVolvoxError, messageOf, VolvoxError } from '../errors/volvox-error.ts';
import type { Service } from '../lifecycle/service.ts';
import type { Logger } from '../logging/logger.ts';
import { producerConnection, type RedisConfig } from './redis.ts';

/**
 * Checks at start that a Redis keeps its keys under pressure: one that evicts them loses jobs silently. A Redis that does not answer now,
 * or does not show its settings, is no reason not to start: the work is in SQL.
 */
export const redisSettings = (config: RedisConfig, log: Pick<Logger, 'warn'>): Service => ({
  name: 'redis settings',
  start: async () => {
    try {
      await requireNoEviction(config);
    } catch (error) {
      if (isVolvoxError(error, 'invalid')) throw error;
      log.warn({ reason: messageOf(error) }, 'the settings of Redis were not checked');
    }
  },
  drain: async () => undefined,
  stop: async () => undefined,
});

/** @throws VolvoxError invalid when the policy is another one; whatever ioredis throws when Redis does not answer. */
async function requireNoEviction(config: RedisConfig): Promise<void> {
  const redis = producerConnection(config);
  try {
    await new Promise<void>((ready, failed) => redis.once('ready', ready).once('error', failed));
    const [, policy] = (await redis.config('GET', 'maxmemory-policy')) as string[];
    if (policy === 'noeviction') return;
    const address = config.socket || `${config.host}:${config.port}`;
    throw new VolvoxError('invalid', `Redis at ${address}: maxmemory-policy is ${policy}, and must be noeviction.`);
  } finally {
    redis.disconnect();
  }
}
