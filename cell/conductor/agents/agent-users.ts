import type { Redis } from 'ioredis';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { agentUser, agentUserRules, isAgentUser } from '#platform/queue/agent-user.ts';
import { type RedisConfig, workerConnection } from '#platform/queue/redis.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { CellDatabase } from '../../database/cell-database.ts';
import { allAgentKeys, isEnded } from '../../database/stores/agent-keys.ts';

interface AgentUsersOptions {
  readonly redis: RedisConfig;
  readonly database: CellDatabase;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** How often the users are compared with the keys, ms: also those that another conductor has changed. */
const COMPARE_EVERY_MS = 30_000;

/**
 * The users of the cell's agents in its Redis. Each agent reaches its own queue only, with the secret of its key, of which the cell has the hash.
 * Redis forgets users when it restarts, so they are made anew at each connection. Until then an agent finds its work by asking, as without Redis.
 */
export class AgentUsers implements Service {
  readonly name = 'users of agents in Redis';
  readonly #options: AgentUsersOptions;
  #redis: Redis | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** By user, what this connection has written. */
  #written = new Map<string, string>();
  #comparing: Promise<void> = Promise.resolve();

  constructor(options: AgentUsersOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const redis = workerConnection(this.#options.redis);
    this.#redis = redis;
    redis.on('ready', () => {
      this.#written = new Map();
      void this.compare();
    });
    this.#timer = setInterval(() => void this.compare(), COMPARE_EVERY_MS);
  }

  async drain(): Promise<void> {
    clearInterval(this.#timer);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#redis?.disconnect();
    await this.#comparing;
  }

  /** Makes the users as the keys are now. Comparisons wait for each other. Never rejects: what fails is done by the next one. */
  compare(): Promise<void> {
    this.#comparing = this.#comparing.then(async () => {
      if (this.#redis?.status !== 'ready') return;
      await this.#compareOn(this.#redis).catch((error: unknown) => {
        this.#options.log.warn({ reason: messageOf(error) }, 'the users of agents in Redis are not up to date');
      });
    });
    return this.#comparing;
  }

  async #compareOn(redis: Redis): Promise<void> {
    const desired = await this.#desired();
    const known = new Set((await redis.acl('USERS')).filter(isAgentUser));
    for (const [user, { rules, text }] of desired) {
      if (known.has(user) && this.#written.get(user) === text) continue;
      await redis.acl('SETUSER', user, ...rules);
      this.#written.set(user, text);
    }
    // This ends their connections, too.
    const over = [...known].filter((user) => !desired.has(user));
    if (over.length > 0) await redis.acl('DELUSER', ...over);
    for (const user of over) this.#written.delete(user);
  }

  async #desired(): Promise<ReadonlyMap<string, { readonly rules: readonly string[]; readonly text: string }>> {
    const { database, clock } = this.#options;
    const keys = await allAgentKeys(database.read);
    const byAgent = Map.groupBy(keys, ({ agentId }) => agentId);
    return new Map(
      [...byAgent].flatMap(([agentId, own]) => {
        const hashes = own.filter((key) => !isEnded(key, own, clock.now())).map(({ keyHash }) => keyHash);
        if (hashes.length === 0) return [];
        const rules = agentUserRules(agentId, hashes.sort());
        return [[agentUser(agentId), { rules, text: rules.join(' ') }] as const];
      }),
    );
  }
}
