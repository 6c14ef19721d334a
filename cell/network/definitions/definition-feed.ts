import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { Conductor } from '../../agent/conductor.ts';
import type { HostKeeper } from '../host-keeper.ts';
import type { DefinitionFile } from './definition-file.ts';
import type { HeardDefinitions } from './heard-definitions.ts';

/** How long a lost wake-up may go unnoticed, ms. */
const ASK_EVERY_MS = 30_000;
/** The file is written once in so long at most, however often something changes, ms. */
const WRITE_EVERY_MS = 2_000;

interface DefinitionFeedOptions {
  readonly agentId: string;
  readonly conductor: Pick<Conductor, 'ask'>;
  readonly heard: HeardDefinitions;
  readonly keepers: readonly (Pick<HostKeeper, 'noteDefinitions'> & { pass(): Promise<unknown> })[];
  readonly file: DefinitionFile;
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * Asks the conductor for what is new of security groups: when it is woken, and every 30 s. What is new is handed to the hosts, each of which then
 * begins a pass. While the conductor is away, what was heard last stays in force. It does not ask before it is woken, since an agent that has not
 * announced its hosts has no ports.
 */
export class DefinitionFeed implements Service {
  readonly name = 'definition feed';
  readonly #options: DefinitionFeedOptions & { readonly clock: Clock };
  readonly #stopping = new AbortController();
  /** Ends the current wait. */
  #woken = new AbortController();
  #asked = false;
  #asking: Promise<void> | undefined;
  /** The hosts have not got all that was heard. */
  #isNew = true;
  #unsaved = false;
  #saving: Promise<void> | undefined;
  #failure: string | null = null;

  constructor(options: DefinitionFeedOptions) {
    this.#options = { clock: systemClock, ...options };
  }

  /** Loads what an earlier run had heard. */
  async start(): Promise<void> {
    const { file, heard, keepers, log } = this.#options;
    try {
      const saved = await file.read();
      if (saved !== null) {
        heard.restore(saved);
        for (const keeper of keepers) keeper.noteDefinitions(heard);
      }
    } catch (error) {
      log.error({ err: error }, 'cannot read what was heard of security groups; the conductor is asked for all of it');
    }
    this.#asking = this.#ask();
  }
  async drain(): Promise<void> {
    this.#end();
  }
  async stop(): Promise<void> {
    this.#end();
    await this.#asking;
    await this.#saving;
  }

  /** Something may be new: asks soon. Calls before the answer share one question. */
  wake(): void {
    this.#asked = true;
    this.#woken.abort();
  }

  #end(): void {
    this.#stopping.abort();
    this.#woken.abort();
  }

  async #ask(): Promise<void> {
    const { clock } = this.#options;
    for (let failures = 0; ; ) {
      if (failures > 0) await clock.sleep(backoffMs(failures, 200, 5_000), this.#stopping.signal);
      else if (!this.#asked) await clock.sleep(ASK_EVERY_MS, this.#woken.signal);
      if (this.#stopping.signal.aborted) return;
      this.#asked = false;
      this.#woken = new AbortController();
      failures = (await this.#askOnce()) ? 0 : failures + 1;
    }
  }

  /** @returns whether the conductor has answered, or never will. */
  async #askOnce(): Promise<boolean> {
    const { log } = this.#options;
    try {
      for (let more = true; more; ) more = await this.#askForMore();
      if (this.#isNew) this.#handOn();
      this.#failure = null;
      return true;
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.#failure && !this.#stopping.signal.aborted)
        log.warn({ reason }, 'cannot ask for security groups; what was heard last stays in force');
      this.#failure = reason;
      return error instanceof VolvoxError && error.kind === 'unsupported';
    }
  }

  /** @returns whether there is more to ask for. @throws VolvoxError when there is, but nothing was told. */
  async #askForMore(): Promise<boolean> {
    const { conductor, agentId, heard } = this.#options;
    const answer = await conductor.ask((client) => client.definitions({ agentId, knows: heard.knows() }));
    const isNew = heard.take(answer);
    this.#isNew ||= isNew;
    if (answer.more && !isNew) throw new VolvoxError('conflict', 'The conductor has more to tell, and tells nothing.');
    return answer.more;
  }

  #handOn(): void {
    const { heard, keepers, log } = this.#options;
    this.#isNew = false;
    this.#save();
    for (const keeper of keepers) {
      keeper.noteDefinitions(heard);
      void keeper.pass().catch((error) => log.debug({ err: error }, 'a pass failed'));
    }
  }

  #save(): void {
    this.#unsaved = true;
    this.#saving ??= this.#write().finally(() => {
      this.#saving = undefined;
    });
  }

  async #write(): Promise<void> {
    const { file, heard, log, clock } = this.#options;
    while (this.#unsaved) {
      this.#unsaved = false;
      try {
        await file.write(heard.state());
      } catch (error) {
        log.error({ err: error }, 'what was heard of security groups cannot be saved');
      }
      if (!this.#stopping.signal.aborted) await clock.sleep(WRITE_EVERY_MS, this.#stopping.signal);
    }
  }
}
