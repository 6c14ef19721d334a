import type { Static } from 'typebox';
import type { agentContract } from '#platform/contracts/agent.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { Conductor } from './conductor.ts';

export type Announcement = Static<typeof agentContract.calls.announce.request>;

interface MembershipOptions {
  readonly conductor: Conductor;
  readonly agentId: string;
  /** Asked before every heartbeat; when it changed, it is announced anew. */
  readonly announcement: () => Promise<Announcement>;
  /** The conductor knows this agent (again): whatever happened meanwhile is to be fetched. */
  readonly joined: () => void;
  readonly log: Logger;
  readonly clock?: Clock;
}

const RETRY_MAX_MS = 5_000;

/** Says that this agent is there: announces, then heartbeats, for ever; announces again after every silence. */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #clock: Clock;
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  #known = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Whether the last word from the conductor was that it knows this agent. */
  get known(): boolean {
    return this.#known;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { conductor, agentId, announcement, joined, log } = this.#options;
    let announced = '';
    let heartbeatMs = RETRY_MAX_MS;
    let failures = 0;
    while (!this.#stopped.signal.aborted) {
      try {
        const current = await announcement();
        const text = JSON.stringify(current);
        if (!this.#known || text !== announced) {
          const answer = await conductor.ask((client) => client.announce(current));
          announced = text;
          heartbeatMs = answer.heartbeatMs;
          if (!this.#known) {
            log.info({ cell: answer.cellName, hosts: current.hosts.length }, 'the conductor knows this agent');
            this.#known = true;
            joined();
          }
        } else {
          this.#known = (await conductor.ask((client) => client.heartbeat({ agentId }))).known;
        }
        failures = 0;
        if (this.#known) await this.#clock.sleep(heartbeatMs, this.#stopped.signal);
      } catch (error) {
        if (this.#known || failures === 0) {
          log.warn({ reason: messageOf(error) }, 'the conductor does not answer; guests and networks stay as they are');
        }
        this.#known = false;
        failures += 1;
        await this.#clock.sleep(backoffMs(failures, 200, RETRY_MAX_MS), this.#stopped.signal);
      }
    }
  }
}
