import { Secret } from '#platform/config/secret.ts';
import { agentUser } from '#platform/queue/agent-user.ts';
import type { RedisConfig } from '#platform/queue/redis.ts';
import type { Enrolment } from './enrolment.ts';

/**
 * How an agent reaches the Redis of its cell: as a user of its own, whose password is the secret of its key, once it has one; or with the password
 * of the configuration, which all of the cell share.
 */
export const redisOfAgent =
  (config: RedisConfig, { agentId, credential }: Pick<Enrolment, 'agentId' | 'credential'>) =>
  (): RedisConfig | null => {
    if (config.password.reveal() !== '') return config;
    const { secret } = credential;
    return secret === null ? null : { ...config, username: agentUser(agentId), password: new Secret(secret) };
  };
