import type { Static } from 'typebox';
import type { agentContract } from '#platform/contracts/agent.ts';
import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { Conductor } from './conductor.ts';
import type { Enrolment } from './enrolment.ts';

export type Announcement = Static<typeof agentContract.calls.announce.request>;

interface MembershipOptions {
  readonly conductor: Conductor;
  readonly agentId: string;
  /** Asked before every heartbeat; when it changed, it is announced anew. */
  readonly announcement: () => Promise<Announcement>;
  /** The conductor knows this agent (again): whatever happened meanwhile is to be fetched. */
  readonly joined: () => void;
  /** Called with the public keys that every answer carries. */
  readonly learn?: ((publicKeys: readonly string[]) => Promise<void>) | undefined;
  /** The agent's own key; absent in simulations. */
  readonly enrolment?: Pick<Enrolment, 'credential' | 'join' | 'renewal'> | undefined;
  readonly log: Logger;
  readonly clock?: Clock;
}

const RETRY_MAX_MS = 5_000;

/**
 * Says that this agent is there: announces, then heartbeats, for ever; announces again after every silence. An agent that the conductor does not
 * accept joins first, if it has a token. One whose key is old renews it after a heartbeat.
 */
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
    const { conductor, agentId, announcement, joined, learn, enrolment, log } = this.#options;
    let announced = '';
    let heartbeatMs = RETRY_MAX_MS;
    let failures = 0;
    while (!this.#stopped.signal.aborted) {
      try {
        // `volvox host join` may have replaced the key.
        await enrolment?.credential.refresh();
        const current = await announcement();
        const text = JSON.stringify(current);
        if (!this.#known || text !== announced) {
          const answer = await conductor.ask((client) => client.announce(current));
          announced = text;
          heartbeatMs = answer.heartbeatMs;
          await learn?.(answer.publicKeys);
          if (!this.#known) {
            log.info({ cell: answer.cellName, hosts: current.hosts.length }, 'the conductor knows this agent');
            this.#known = true;
            joined();
          }
        } else {
          const answer = await conductor.ask((client) => client.heartbeat({ agentId }));
          this.#known = answer.known;
          await learn?.(answer.publicKeys);
        }
        failures = 0;
        if (this.#known) await enrolment?.renewal.renewIfDue(conductor);
        if (this.#known) await this.#clock.sleep(heartbeatMs, this.#stopped.signal);
      } catch (error) {
        if (this.#known || failures === 0) {
          log.warn(
            { reason: messageOf(error) },
            isVolvoxError(error, 'unauthenticated') || isVolvoxError(error, 'forbidden')
              ? 'the conductor refuses this agent; guests and networks stay as they are'
              : 'the conductor does not answer; guests and networks stay as they are',
          );
        }
        this.#known = false;
        failures += 1;
        if (isVolvoxError(error, 'unauthenticated') && (await this.#hasJoined(failures))) continue;
        await this.#clock.sleep(backoffMs(failures, 200, RETRY_MAX_MS), this.#stopped.signal);
      }
    }
  }

  /** Tries to get a key. @returns whether it has one now. */
  async #hasJoined(failures: number): Promise<boolean> {
    const { enrolment, log } = this.#options;
    const join = enrolment?.join ?? null;
    if (join === null) return false;
    try {
      await join();
      return true;
    } catch (error) {
      if (failures === 1) log.warn({ reason: messageOf(error) }, 'this agent could not join its cell; trying again');
      return false;
    }
  }
}
