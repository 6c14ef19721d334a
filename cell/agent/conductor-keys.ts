import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Verify, verifierOf } from '#platform/rpc/signing.ts';
import { writeFileAtomically } from './atomic-file.ts';

/**
 * The public keys with which the conductor of this cell signs. Heartbeats bring them. They are kept in the state folder, so that disk tickets
 * can be checked while the conductor is away.
 */
export class ConductorKeys {
  readonly #path: string;
  readonly #log: Logger;
  #keys: readonly string[] = [];
  #verify: Verify = () => false;

  private constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  static async load(stateDir: string, log: Logger): Promise<ConductorKeys> {
    const keys = new ConductorKeys(join(stateDir, 'conductor-keys'), log);
    const text = await readFile(keys.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    keys.#use(text.split('\n').filter((line) => line !== ''));
    return keys;
  }

  /** An answer without keys comes from a conductor of an older release; what is known stays. */
  async learn(publicKeys: readonly string[]): Promise<void> {
    if (publicKeys.length === 0 || publicKeys.join('\n') === this.#keys.join('\n')) return;
    this.#use(publicKeys);
    try {
      await writeFileAtomically(this.#path, `${publicKeys.join('\n')}\n`);
    } catch (error) {
      this.#keys = [];
      this.#log.error(
        { reason: messageOf(error) },
        'the public keys of the conductor could not be stored; trying again',
      );
    }
  }

  readonly verify: Verify = (text, signature) => this.#verify(text, signature);

  #use(publicKeys: readonly string[]): void {
    this.#keys = publicKeys;
    this.#verify = verifierOf(publicKeys);
  }
}
