import { statSync } from 'node:fs';
import { messageOf } from '../errors/volvox-error.ts';
import type { Logger } from '../logging/logger.ts';
import { readTlsMaterial, type TlsMaterial, type TlsPaths, type TlsSource } from './material.ts';

/** How often the files are looked at, ms. */
const LOOK_EVERY_MS = 5_000;
const WARN_BEFORE_MS = 7 * 86_400_000;
const WARN_EVERY_MS = 6 * 3_600_000;

/**
 * The certificate, key and authorities of this process. It looks at the files and takes what is new; while they do not fit together (one
 * was replaced, the other not yet), what was read last stays in use.
 */
export class TlsFiles implements TlsSource {
  readonly #paths: TlsPaths;
  readonly #section: string;
  readonly #log: Pick<Logger, 'info' | 'warn'>;
  readonly #listeners = new Set<() => void>();
  #current: TlsMaterial;
  /** The state of the files that is in use, or that was last found to be the same. */
  #seen: string;
  /** Why changed files are not used; empty: they are. */
  #refused = '';
  #timer: NodeJS.Timeout | undefined;
  #warnedAt = 0;

  /** @param section where the options stand, for errors. @throws VolvoxError invalid, naming the option and the file that is wrong. */
  constructor(paths: TlsPaths, log: Pick<Logger, 'info' | 'warn'>, section = 'tls') {
    this.#paths = paths;
    this.#section = section;
    this.#log = log;
    this.#seen = this.#look();
    this.#current = readTlsMaterial(paths, section);
  }

  get current(): TlsMaterial {
    return this.#current;
  }

  onChange(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  watch(): void {
    this.#timer ??= setInterval(() => this.check(), LOOK_EVERY_MS).unref();
  }

  unwatch(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Looks at the files now. What cannot be used is tried again at the next look, since the reason may pass without a change of the files. */
  check(): void {
    this.#warnOfTheEnd();
    try {
      const seen = this.#look();
      if (seen === this.#seen) return;
      this.#take(readTlsMaterial(this.#paths, this.#section));
      this.#seen = seen;
      this.#refused = '';
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.#refused) this.#log.warn({ reason }, 'changed TLS files are not used');
      this.#refused = reason;
    }
  }

  #take(read: TlsMaterial): void {
    const { cert, key, ca } = this.#current;
    if (read.cert === cert && read.key === key && read.ca === ca) return;
    this.#current = read;
    this.#log.info({ until: new Date(read.expiresAt).toISOString() }, 'new TLS files are in use');
    for (const changed of this.#listeners) changed();
  }

  /** What tells one state of the files from another. A file that is away for a moment is another state. */
  #look(): string {
    const { certFile, keyFile, caFile } = this.#paths;
    return [certFile, keyFile, caFile]
      .map((path) => {
        const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
        return found === undefined ? '-' : `${found.ino}:${found.size}:${found.mtimeMs}`;
      })
      .join(' ');
  }

  #warnOfTheEnd(): void {
    const now = Date.now();
    if (this.#current.expiresAt - now > WARN_BEFORE_MS || now - this.#warnedAt < WARN_EVERY_MS) return;
    this.#warnedAt = now;
    const until = new Date(this.#current.expiresAt).toISOString();
    this.#log.warn({ file: this.#paths.certFile, until }, 'the TLS certificate ends soon');
  }
}
