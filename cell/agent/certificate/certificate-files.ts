import { readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { TlsFiles } from '#platform/tls/tls-files.ts';
import { writeFileAtomically } from '../atomic-file.ts';

/** PEM. */
interface Certificate {
  /** The agent's, with that of the cell's authority after it. */
  readonly certificate: string;
  readonly authorities: string;
}

/**
 * Where an agent keeps the certificate that its conductor issued: below its state folder. Certificate and key are in one file, which is
 * replaced whole: a crash leaves the pair of before or the new one.
 */
export class CertificateFiles {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'tls');
  }

  /** The certificate with its key. */
  get path(): string {
    return join(this.#folder, 'agent.pem');
  }

  get #authorities(): string {
    return join(this.#folder, 'ca.pem');
  }

  get #request(): string {
    return join(this.#folder, 'renew');
  }

  get exists(): boolean {
    return statSync(this.path, { throwIfNoEntry: false }) !== undefined;
  }

  /** Those that came with the certificate, PEM; null: there are none. */
  authorities(): string | null {
    const path = this.#authorities;
    return statSync(path, { throwIfNoEntry: false }) === undefined ? null : readFileSync(path, 'utf8');
  }

  /** Null: there is none, or none that can be used (any more); the log says why. */
  open(log: Logger): TlsFiles | null {
    if (!this.exists) return null;
    try {
      const { path } = this;
      return new TlsFiles(
        { certFile: path, keyFile: path, caFile: this.#authorities },
        log,
        'the certificate of this agent',
      );
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'the certificate of this agent cannot be used');
      return null;
    }
  }

  /** @param key PEM. */
  async write({ certificate, authorities }: Certificate, key: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFileAtomically(this.#authorities, authorities);
    await writeFileAtomically(this.path, `${certificate}${key}`);
  }

  /** Asks the agent that uses these files for a new certificate before the present one is due. */
  async requestRenewal(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(this.#request, '', { mode: 0o600 });
  }

  get renewalRequested(): boolean {
    return statSync(this.#request, { throwIfNoEntry: false }) !== undefined;
  }

  async renewed(): Promise<void> {
    await rm(this.#request, { force: true });
  }

  /** The agent has to join again. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
