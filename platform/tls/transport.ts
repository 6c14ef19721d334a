import type { SectionValues } from '../config/options.ts';
import type { tlsSection } from '../config/tls-section.ts';
import { VolvoxError } from '../errors/volvox-error.ts';
import type { Service } from '../lifecycle/service.ts';
import type { Logger } from '../logging/logger.ts';
import { isLoopback } from './loopback.ts';
import type { TlsSource } from './material.ts';
import { TlsFiles } from './tls-files.ts';

/** How this process speaks to others. */
export interface Transport {
  /** Null: without TLS, on loopback only. */
  readonly files: TlsSource | null;
  /** Plain connections beyond loopback are allowed. */
  readonly insecure: boolean;
}

/** What holds where nobody gives a transport: a forgotten one never sends anything in plain to another machine. */
export const PLAIN_ON_LOOPBACK: Transport = { files: null, insecure: false };

/** @throws VolvoxError invalid, naming the option and the file that is wrong. */
export function openTransport(options: SectionValues<typeof tlsSection>, log: Logger): Transport {
  const { certFile, keyFile, caFile, insecure } = options;
  if (insecure) log.warn('tls.insecure is set: connections beyond loopback may be plain, readable by the network');
  const files = certFile === '' ? null : new TlsFiles({ certFile, keyFile, caFile }, log);
  return { files, insecure };
}

/** Keeps the files of a transport up to date while the process runs. */
export const transportService = ({ files }: Transport): Service => ({
  name: 'TLS files',
  start: async () => files?.watch(),
  drain: async () => undefined,
  stop: async () => files?.unwatch(),
});

const TLS_FILES = 'tls.certFile, tls.keyFile and tls.caFile';
const whatHelps = (options: string): string => `set ${options}, or allow it with tls.insecure: true`;

/**
 * To be asked before something listens without TLS.
 * @param option the option that says where, `conductor.listenHost`.
 * @param files the options that would give it TLS.
 * @throws VolvoxError invalid when others than this machine could reach it.
 */
export function checkPlainListener({ insecure }: Transport, option: string, host: string, files = TLS_FILES): void {
  if (isLoopback(host) || insecure) return;
  throw new VolvoxError(
    'invalid',
    `${option}: ${host} is not a loopback address, and nothing listens beyond loopback without TLS; ${whatHelps(files)}.`,
  );
}

/**
 * To be asked before anything is sent to a peer without TLS.
 * @param what as the error begins, `The database`.
 * @throws VolvoxError invalid when it would leave this machine.
 */
export function checkPlainPeer({ insecure }: Transport, what: string, host: string): void {
  if (isLoopback(host) || insecure) return;
  throw new VolvoxError(
    'invalid',
    `${what} at ${host} is beyond loopback and would be reached without TLS; ${whatHelps(TLS_FILES)}.`,
  );
}
