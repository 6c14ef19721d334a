import type { Conductor } from '../../agent/conductor.ts';

const ASK_WITHIN_MS = 1_500;

interface GuestPasswordsOptions {
  readonly conductor: Conductor;
  /** The agent that asks. */
  readonly agentId: string;
}

/** The password of a guest, which the conductor keeps. VolvoxError not-found: nobody has that address. */
export class GuestPasswords {
  readonly #options: GuestPasswordsOptions;

  constructor(options: GuestPasswordsOptions) {
    this.#options = options;
  }

  async read(networkId: string, address: string): Promise<string> {
    const { conductor, agentId } = this.#options;
    const asked = { agentId, networkId, address };
    return (await conductor.ask((client) => client.guestPassword(asked, { deadlineMs: ASK_WITHIN_MS }))).password;
  }

  /** @throws VolvoxError conflict when the guest has posted one already. */
  async save(networkId: string, address: string, password: string): Promise<void> {
    const { conductor, agentId } = this.#options;
    const said = { agentId, networkId, address, password };
    await conductor.ask((client) => client.setGuestPassword(said, { deadlineMs: ASK_WITHIN_MS }));
  }
}
