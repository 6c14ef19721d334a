import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { hashOfSecret } from '#platform/rpc/agent-credential.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { Conductor } from './conductor.ts';
import { type Credential, keyFile } from './credential.ts';
import { moveSecret, readSecret, secretToOffer } from './secret-file.ts';

/** After a renewal that did not succeed, ms. */
const RETRY_MS = 60_000;

/** The secret of a renewal that has not been answered yet. */
export const renewedKeyFile = (stateDir: string): string => join(stateDir, 'agent-key.renewed');

interface KeyRenewalOptions {
  readonly stateDir: string;
  readonly agentId: string;
  readonly credential: Pick<Credential, 'secret' | 'refresh'>;
  /** A key of this age is renewed, ms; 0: none is. */
  readonly afterMs: number;
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * Gives the agent another key when its own is old. The new secret is on the disk before the conductor hears of it, and it replaces the old one
 * there before it is used. After a crash at any point the key in the file is valid, and a renewal that was begun goes on with the same
 * secret. Calls on their way with the old key are accepted for some seconds.
 */
export class KeyRenewal {
  readonly #options: KeyRenewalOptions;
  readonly #clock: Clock;
  #failedAt = 0;

  constructor(options: KeyRenewalOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Never rejects: what went wrong is logged, and tried again after a minute. An agent without a key of its own joins instead. */
  async renewIfDue(conductor: Conductor): Promise<void> {
    const { credential, log } = this.#options;
    const now = this.#clock.now();
    if (credential.secret === null || Math.abs(now - this.#failedAt) < RETRY_MS) return;
    try {
      if (await this.#isDue(now)) await this.#renew(conductor, credential.secret);
    } catch (error) {
      this.#failedAt = now;
      const isOlder = isVolvoxError(error, 'unsupported');
      log[isOlder ? 'debug' : 'warn'](
        { reason: messageOf(error) },
        'the key of this agent could not be renewed; it stays in use',
      );
    }
  }

  async #isDue(now: number): Promise<boolean> {
    const { stateDir, afterMs } = this.#options;
    if ((await readSecret(renewedKeyFile(stateDir))) !== null) return true;
    if (afterMs === 0) return false;
    const { mtimeMs } = await stat(keyFile(stateDir));
    // A key from the future was made while the clock was wrong: its age is not known.
    return Math.abs(now - mtimeMs) >= afterMs;
  }

  async #renew(conductor: Conductor, current: string): Promise<void> {
    const { stateDir, agentId, credential, log } = this.#options;
    const offered = renewedKeyFile(stateDir);
    const secret = await secretToOffer(offered);
    await conductor.ask((client) => client.renewKey({ agentId, keyHash: hashOfSecret(secret) }));
    if ((await readSecret(keyFile(stateDir))) !== current) {
      // `volvox host join` has put another key there, which counts.
      await rm(offered, { force: true });
      return;
    }
    await moveSecret(offered, keyFile(stateDir));
    await credential.refresh();
    log.info({ agent: agentId }, 'this agent has renewed its key');
  }
}
