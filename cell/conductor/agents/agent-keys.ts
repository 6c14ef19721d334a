import { type AgentCredential, hashOfSecret } from '#platform/rpc/agent-credential.ts';
import { isSameSecret } from '#platform/rpc/authenticate.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { CellDatabase } from '../../database/cell-database.ts';
import { type AgentKey, isEnded, keysOfAgent, markKeyUsed } from '../../database/stores/agent-keys.ts';

/** What the agent API asks about the keys of agents. */
export interface KnownKeys {
  /** The valid keys of an agent; none: it has no key of its own. */
  of(agentId: string): Promise<readonly AgentKey[]>;
}

/** How long an answer of the database counts, ms: a revoked key ends so much later at most. */
const FRESH_MS = 500;
const MAX_REMEMBERED = 20_000;

/** The keys of the cell's agents, as its database has them. An agent costs at most one indexed read in `FRESH_MS`, however often it calls. */
export class AgentKeys implements KnownKeys {
  readonly #database: CellDatabase;
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly at: number; readonly keys: Promise<readonly AgentKey[]> }>();

  constructor(database: CellDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  of(agentId: string): Promise<readonly AgentKey[]> {
    const now = this.#clock.now();
    const known = this.#known.get(agentId);
    if (known !== undefined && now - known.at < FRESH_MS) return known.keys;
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    const keys = keysOfAgent(this.#database.read, agentId);
    this.#known.set(agentId, { at: now, keys });
    keys.catch(() => this.#known.delete(agentId));
    return keys;
  }

  /** Looks the agent up anew with the next question. */
  forget(agentId: string): void {
    this.#known.delete(agentId);
  }

  /** Whether this is a valid key of the agent. Some seconds after the first use of a key, the earlier ones of its agent end. */
  async accepts({ agentId, secret }: AgentCredential): Promise<boolean> {
    const given = hashOfSecret(secret);
    const isGiven = ({ keyHash }: AgentKey): boolean => isSameSecret(keyHash, given);
    let keys = await this.of(agentId);
    if (!keys.some(isGiven)) {
      // The agent may have joined a moment ago, perhaps through another conductor.
      this.forget(agentId);
      keys = await this.of(agentId);
    }
    const key = keys.find(isGiven);
    if (key === undefined || isEnded(key, keys, this.#clock.now())) return false;
    if (key.usedAt === null) {
      const now = this.#clock.now();
      await this.#database.transaction((tx) => markKeyUsed(tx, key, now));
      this.forget(agentId);
    }
    return true;
  }
}
