import { join } from 'node:path';
import { credentialText } from '#platform/rpc/agent-credential.ts';
import { moveSecret, readSecret, secretToOffer } from './secret-file.ts';

/** Where the agent's key is. */
export const keyFile = (stateDir: string): string => join(stateDir, 'agent-key');
/** The secret of a join that has not been answered yet. */
const nextKeyFile = (stateDir: string): string => join(stateDir, 'agent-key.next');

/** The secret for a join: the same until the join has succeeded, so that one whose answer was lost can be repeated. */
export const secretToJoinWith = (stateDir: string): Promise<string> => secretToOffer(nextKeyFile(stateDir));

/** After the conductor has accepted the secret: from now on it is the agent's key. A running agent takes it up with its next heartbeat. */
export const keepJoinedSecret = (stateDir: string): Promise<void> =>
  moveSecret(nextKeyFile(stateDir), keyFile(stateDir));

interface CredentialOptions {
  readonly stateDir: string;
  readonly agentId: string;
  /** The key that agents without a key of their own share; empty: none. */
  readonly sharedKey: string;
}

/** What this agent's calls show: its own key once it has one, before that the shared key, if the cell has one. */
export class Credential {
  readonly #options: CredentialOptions;
  #secret: string | null = null;

  private constructor(options: CredentialOptions) {
    this.#options = options;
  }

  static async load(options: CredentialOptions): Promise<Credential> {
    const credential = new Credential(options);
    await credential.refresh();
    return credential;
  }

  /** The secret of its own key; null: it has none. */
  get secret(): string | null {
    return this.#secret;
  }

  /** Whether this agent has a key of its own, so that nothing shared counts any more. */
  get isOwn(): boolean {
    return this.#secret !== null;
  }

  /** Reads the key again: a join may have replaced it. */
  async refresh(): Promise<void> {
    this.#secret = await readSecret(keyFile(this.#options.stateDir));
  }

  /** Empty: this agent has nothing to show. */
  reveal(): string {
    const { agentId, sharedKey } = this.#options;
    return this.#secret === null ? sharedKey : credentialText({ agentId, secret: this.#secret });
  }
}
