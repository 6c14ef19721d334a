import { connect, isIP, type Socket } from 'node:net';
import { VolvoxError } from '../errors/volvox-error.ts';
import { isLoopback } from '../tls/loopback.ts';
import { storeTls } from '../tls/store-tls.ts';
import type { Transport } from '../tls/transport.ts';

interface Address {
  readonly host: string;
  readonly port: number;
  /** The socket file of a server on this machine; set, nothing else counts. */
  readonly socket?: string;
  readonly tls?: boolean;
  readonly transport?: Transport;
}

/**
 * Where a database is, and how it is reached, as mysql2 has it. A socket file needs no TLS: nothing leaves the machine. With TLS the certificate of the server must name its host.
 * @throws VolvoxError invalid when it is beyond loopback and would be reached without TLS.
 */
export function addressOf({ host, port, socket = '', tls, transport }: Address) {
  if (socket !== '') return { socketPath: socket };
  const options = storeTls(`The database at port ${port}`, { host, tls, transport });
  if (options === null) return { host, port };
  return {
    ...named(host, port),
    port,
    ssl: Object.assign(options, { verifyIdentity: true, rejectUnauthorized: true }),
  };
}

/** mysql2 compares names only, never addresses. So loopback addresses go by the name `localhost`. */
function named(host: string, port: number): { host: string; stream?: () => Socket } {
  if (isIP(host) === 0) return { host };
  if (!isLoopback(host)) {
    throw new VolvoxError('invalid', `With TLS a database needs a host name that its certificate has, not ${host}.`);
  }
  return { host: 'localhost', stream: () => connect({ host, port, noDelay: true, keepAlive: true }) };
}
