import { type AgentCredential, hashOfSecret } from '#platform/rpc/agent-credential.ts';
import { isSameSecret } from '#platform/rpc/authenticate.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { CellDatabase } from '../../database/cell-database.ts';
import { type AgentKey, isEnded, markKeyUsed } from '../../database/stores/agent-keys.ts';
import { type AgentEnrolment, enrolmentOf, enrolmentsOf } from '../../database/stores/enrolments.ts';
import { isFresh } from './fresh.ts';
import { SparingLookups } from './sparing-lookups.ts';

/** What the agent API asks about the identity of agents. */
export interface KnownKeys {
  /** At most half a second old. */
  of(agentId: string): Promise<AgentEnrolment>;
}

/** How long an answer of the database counts, ms: a revoked key ends so much later at most. */
const FRESH_MS = 500;
const MAX_REMEMBERED = 20_000;

/**
 * The keys of the cell's agents, as its database has them. An agent costs at most one indexed read in `FRESH_MS`, however often it calls.
 * Credentials that this process does not know cost one read in 20 ms in all, and nothing is remembered of them.
 */
export class AgentKeys implements KnownKeys {
  readonly #database: CellDatabase;
  readonly #clock: Clock;
  readonly #doubtful: SparingLookups<AgentEnrolment>;
  readonly #known = new Map<string, { readonly at: number; readonly enrolment: Promise<AgentEnrolment> }>();
  /** The first uses that are being written, by hash. */
  readonly #marking = new Map<string, Promise<void>>();

  constructor(database: CellDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#doubtful = new SparingLookups((agentIds) => enrolmentsOf(database.read, agentIds), clock);
  }

  of(agentId: string): Promise<AgentEnrolment> {
    const known = this.#known.get(agentId);
    if (known !== undefined && isFresh(known.at, FRESH_MS, this.#clock.now())) return known.enrolment;
    return this.#remember(agentId, enrolmentOf(this.#database.read, agentId));
  }

  /** The key that is shown, if it is a valid key of the agent. Some seconds after the first use of a key, the earlier ones of its agent end. */
  async accepts({ agentId, secret }: AgentCredential): Promise<AgentKey | null> {
    const given = hashOfSecret(secret);
    const isGiven = ({ keyHash }: AgentKey): boolean => isSameSecret(keyHash, given);
    let keys = this.#known.has(agentId) ? (await this.of(agentId)).keys : [];
    if (!keys.some(isGiven)) {
      // The agent may have a new key since a moment ago, perhaps through another conductor.
      const enrolment = await this.#doubtful.ask(agentId);
      keys = enrolment?.keys ?? [];
      if (enrolment !== null && keys.some(isGiven)) this.#remember(agentId, Promise.resolve(enrolment));
    }
    const key = keys.find(isGiven);
    if (key === undefined || isEnded(key, keys, this.#clock.now())) return null;
    if (key.usedAt === null) await this.#markUsed(key);
    return key;
  }

  /** Calls that arrive together write it once. */
  async #markUsed(key: AgentKey): Promise<void> {
    const marking =
      this.#marking.get(key.keyHash) ??
      this.#database
        .transaction((tx) => markKeyUsed(tx, key, this.#clock.now()))
        .finally(() => {
          this.#marking.delete(key.keyHash);
          this.#known.delete(key.agentId);
        });
    this.#marking.set(key.keyHash, marking);
    await marking;
  }

  #remember(agentId: string, enrolment: Promise<AgentEnrolment>): Promise<AgentEnrolment> {
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(agentId, { at: this.#clock.now(), enrolment });
    enrolment.catch(() => this.#known.delete(agentId));
    return enrolment;
  }
}
