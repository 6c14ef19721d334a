import { checkServerIdentity, type PeerCertificate, rootCertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import { VolvoxError } from '../errors/volvox-error.ts';
import { type CellScope, hasRole } from './cell-scope.ts';
import { contextOf } from './material.ts';
import { identitiesIn, roleName, type TlsRole } from './roles.ts';
import { checkPlainPeer, type Transport } from './transport.ts';
import { Agent, Pool, Dispatcher as UndiciDispatcher } from './undici.ts';

interface ConnectionOptions {
  readonly connections: number;
  /** How long a connection may take to open, ms. */
  readonly connectMs: number;
  /** The cells of which the peer may be, asked for each connection; without it, or null: any. */
  readonly scope?: () => CellScope | null;
}

/**
 * Connections to one peer. With `https:` the peer must have a certificate of our authorities that names its host and its role, and is shown ours.
 * When the files change, new requests take new connections; the old ones end with the requests that they carry.
 * @param roleOf what the peer must be; asked with `https:` only.
 * @throws VolvoxError invalid when the URL is plain and beyond loopback, or `https:` and there are no TLS files.
 */
export function openPool(
  transport: Transport,
  url: string,
  roleOf: () => TlsRole,
  options: ConnectionOptions,
): Dispatcher {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:') {
    checkPlainPeer(transport, 'The peer', hostname);
    return new Pool(url, { ...shared(options), connect: { timeout: options.connectMs } });
  }
  if (transport.files === null) {
    throw new VolvoxError('invalid', `${url} needs TLS: set tls.certFile, tls.keyFile and tls.caFile.`);
  }
  const role = roleOf();
  return new RenewedDispatcher(
    () => new Pool(url, { ...shared(options), connect: tlsOptions(transport, role, options) }),
    transport,
  );
}

/**
 * The same for many peers, with a bound on the connections to each. Their URLs may come from others, so with TLS files a plain one is refused on
 * loopback too: who gives it has nothing to ask of the servers of this machine.
 */
export function openAgent(transport: Transport, role: TlsRole, options: ConnectionOptions): Dispatcher {
  return new RenewedDispatcher(
    () => new Agent({ ...shared(options), connect: { ...tlsOptions(transport, role, options) } }),
    transport,
    refuseWhereTlsIs,
  );
}

/**
 * Connections to servers that need not be ours, but must be vouched for by our authorities or by public ones. They are shown our certificate
 * when they ask for it. A request to a plain URL beyond loopback is refused.
 */
export function openDownloads(transport: Transport, options: ConnectionOptions): Dispatcher {
  const tls = ({ files }: Transport) =>
    files === null ? {} : { ...contextOf(files.current), ca: [files.current.ca ?? '', ...rootCertificates] };
  return new RenewedDispatcher(
    () => new Agent({ ...shared(options), connect: { ...tls(transport), timeout: options.connectMs } }),
    transport,
  );
}

const shared = ({ connections }: ConnectionOptions) => ({ connections, pipelining: 1, allowH2: false });

function tlsOptions({ files }: Transport, role: TlsRole, { connectMs, scope = () => null }: ConnectionOptions) {
  if (files === null) return { timeout: connectMs };
  return {
    ...contextOf(files.current),
    timeout: connectMs,
    // A resumed session would not be checked against new authorities; pools are long-lived, so it would save nothing.
    maxCachedSessions: 0,
    checkServerIdentity: (host: string, certificate: PeerCertificate): Error | undefined =>
      checkServerIdentity(host, certificate) ?? checkRole(host, certificate, role, scope()),
  };
}

function checkRole(
  host: string,
  { subjectaltname }: PeerCertificate,
  role: TlsRole,
  scope: CellScope | null,
): Error | undefined {
  if (hasRole(identitiesIn(subjectaltname), [role], scope)) return undefined;
  const names = scope?.cells.map((cell) => roleName(role, cell)) ?? [roleName(role)];
  return Object.assign(new Error(`the certificate of ${host} is not one of ${names.join(' or ')}`), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
}

/** One dispatcher after another. */
class RenewedDispatcher extends UndiciDispatcher {
  readonly #transport: Transport;
  readonly #checkPlain: typeof checkPlainPeer;
  #current: Dispatcher;
  readonly #end: (() => void) | undefined;

  constructor(open: () => Dispatcher, transport: Transport, checkPlain = checkPlainPeer) {
    super();
    this.#transport = transport;
    this.#checkPlain = checkPlain;
    this.#current = open();
    this.#end = transport.files?.onChange(() => {
      const before = this.#current;
      this.#current = open();
      // Ends when the requests on it have been answered; their callers are told of failures.
      void before.close();
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (options.origin !== undefined) this.#checkOrigin(new URL(options.origin));
    return this.#current.dispatch(options, handler);
  }

  override close(callback: () => void): void;
  override close(): Promise<void>;
  override close(callback?: () => void): Promise<void> | undefined {
    return ended(this.#last().close(), callback);
  }

  override destroy(error: Error | null, callback: () => void): void;
  override destroy(callback: () => void): void;
  override destroy(error: Error | null): Promise<void>;
  override destroy(): Promise<void>;
  override destroy(error?: Error | (() => void) | null, callback?: () => void): Promise<void> | undefined {
    if (typeof error === 'function') return ended(this.#last().destroy(), error);
    return ended(this.#last().destroy(error ?? null), callback);
  }

  #checkOrigin({ protocol, hostname }: URL): void {
    if (protocol !== 'https:') this.#checkPlain(this.#transport, 'The peer', hostname);
  }

  #last(): Dispatcher {
    this.#end?.();
    return this.#current;
  }
}

/** @throws VolvoxError invalid. */
function refuseWhereTlsIs(transport: Transport, what: string, host: string): void {
  if (transport.files !== null && !transport.insecure)
    throw new VolvoxError('invalid', `${what} at ${host} would be reached without TLS, though this process has it.`);
  checkPlainPeer(transport, what, host);
}

function ended(end: Promise<void>, callback: (() => void) | undefined): Promise<void> | undefined {
  if (callback === undefined) return end;
  void end.then(callback);
  return undefined;
}
