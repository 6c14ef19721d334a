import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { credentialText, newSecret } from '#platform/rpc/agent-credential.ts';
import { syncFolder, writeFileAtomically } from './atomic-file.ts';

const keyFile = (stateDir: string): string => join(stateDir, 'agent-key');
/** The secret of a join that has not been answered yet. */
const nextKeyFile = (stateDir: string): string => join(stateDir, 'agent-key.next');

/** The secret in a file; null when the file does not exist. */
async function readSecret(path: string): Promise<string | null> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return content.trim() === '' ? null : content.trim();
}

/**
 * The secret for a join: the same until the join has succeeded, so that one whose answer was lost can be repeated. The files of secrets are
 * readable by their owner only.
 */
export async function secretToJoinWith(stateDir: string): Promise<string> {
  const kept = await readSecret(nextKeyFile(stateDir));
  if (kept !== null) return kept;
  const made = newSecret();
  await writeFileAtomically(nextKeyFile(stateDir), `${made}\n`, 0o600);
  return made;
}

/** After the conductor has accepted the secret: from now on it is the agent's key. A running agent takes it up with its next heartbeat. */
export async function keepJoinedSecret(stateDir: string): Promise<void> {
  await rename(nextKeyFile(stateDir), keyFile(stateDir));
  await syncFolder(stateDir);
}

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
