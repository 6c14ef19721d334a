import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { GUEST_AGENT_MISSING } from '#platform/objects/guest-agent.ts';
import { type AgentRequest, askGuestAgent } from './guest-agent.ts';
import { GUEST_FILES } from './guest-folder.ts';
import type { GuestRecords } from './guest-records.ts';
import { GUEST_AGENT_CHARDEV } from './machine-arguments.ts';
import type { Machines } from './machines.ts';
import { QUERY_CHARDEVS } from './monitor-answers.ts';

/** How long an agent may take over an answer, ms. It may have to start a program for it. */
const ANSWER_MS = 10_000;
const NS_PER_MS = 1_000_000;

interface GuestAgentsOptions {
  readonly records: GuestRecords;
  readonly machines: Machines;
  readonly log: Logger;
}

/** The QEMU guest agents in the guests of this host. Each has one connection at a time, so each is asked for one thing at a time. */
export class GuestAgents {
  readonly #options: GuestAgentsOptions;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: GuestAgentsOptions) {
    this.#options = options;
  }

  /**
   * @returns whether the agent says that it did it.
   * @throws VolvoxError conflict when the machine has no channel to an agent; unsupported when no agent answers within `ms`; unavailable when
   * the machine does not.
   */
  async ask(guestId: string, request: AgentRequest, ms = ANSWER_MS): Promise<'done' | 'refused'> {
    const before = this.#turns.get(guestId);
    const turn = (async () => {
      await before?.catch(() => undefined);
      return await this.#ask(guestId, request, ms);
    })();
    this.#turns.set(guestId, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(guestId) === turn) this.#turns.delete(guestId);
    }
  }

  /**
   * Sets the clock of a guest whose processors stood still. It runs on in the background: whoever asks does not wait, and a guest without an
   * agent sets its clock as it can.
   */
  syncTime(guestId: string): void {
    if (!this.hasChannel(guestId)) return;
    const { log } = this.#options;
    this.ask(guestId, { execute: 'guest-set-time', arguments: { time: Date.now() * NS_PER_MS } }).then(
      (answer) => answer === 'refused' && log.info({ guestId }, 'the guest agent does not set the clock'),
      (error: unknown) => log.info({ guestId, reason: messageOf(error) }, 'the clock of a guest cannot be set'),
    );
  }

  /** @throws VolvoxError conflict when the machine has no channel to an agent; unsupported when no agent has it open; unavailable. */
  async check(guestId: string): Promise<void> {
    if (!this.hasChannel(guestId)) throw new VolvoxError('conflict', GUEST_AGENT_MISSING);
    const chardevs = await this.#options.machines.ask(guestId, QUERY_CHARDEVS);
    if (!chardevs.some((one) => one.label === GUEST_AGENT_CHARDEV && one['frontend-open'])) {
      throw new VolvoxError('unsupported', 'No guest agent runs in the guest.');
    }
  }

  hasChannel(guestId: string): boolean {
    const machine = this.#options.records.get(guestId)?.machine ?? [];
    return machine.some((argument) => argument.includes(GUEST_FILES.guestAgent));
  }

  async #ask(guestId: string, request: AgentRequest, ms: number): Promise<'done' | 'refused'> {
    await this.check(guestId);
    return await askGuestAgent(
      await this.#options.machines.connect(guestId, 'guestAgent', 'The guest agent'),
      request,
      ms,
    );
  }
}
