import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestStats } from '#platform/objects/guest.ts';
import type { GuestAgents } from './guest-agents.ts';
import { guestStats } from './guest-stats.ts';
import type { GuestSteps } from './guest-steps.ts';
import type { Machines } from './machines.ts';
import { QUERY_BLOCKSTATS, QUERY_CPUS } from './monitor-answers.ts';

interface RunningGuestsOptions {
  readonly steps: GuestSteps;
  readonly machines: Machines;
  readonly agents: GuestAgents;
}

/** What is asked of guests that run. Each call rejects with a VolvoxError, not-found or conflict, when the guest does not. */
export class RunningGuests {
  readonly #options: RunningGuestsOptions;

  constructor(options: RunningGuestsOptions) {
    this.#options = options;
  }

  async injectNmi(guestId: string): Promise<void> {
    const { machines, steps } = this.#options;
    await steps.mustRun(guestId);
    await machines.execute(guestId, 'inject-nmi');
  }

  async setPassword(guestId: string, user: string, password: string): Promise<void> {
    const { agents, steps } = this.#options;
    await steps.mustRun(guestId);
    const base64 = Buffer.from(password).toString('base64');
    const answer = await agents.ask(guestId, {
      execute: 'guest-set-user-password',
      arguments: { username: user, password: base64, crypted: false },
    });
    if (answer === 'refused') throw new VolvoxError('conflict', 'The guest agent refuses to set the password.');
  }

  async stats(guestId: string): Promise<GuestStats> {
    const { machines, steps } = this.#options;
    const { desired } = steps.record(guestId);
    const pid = await steps.mustRun(guestId);
    const blocks = await machines.ask(guestId, QUERY_BLOCKSTATS);
    const threads = await machines.ask(guestId, QUERY_CPUS);
    return await guestStats(pid, desired.spec, blocks, threads);
  }
}
