import { MIN_TLS_VERSION } from './material.ts';
import { checkPlainPeer, PLAIN_ON_LOOPBACK, type Transport } from './transport.ts';

interface Store {
  readonly host: string;
  /** False: plain although there are TLS files. */
  readonly tls?: boolean | undefined;
  readonly transport?: Transport | undefined;
}

/** Options of `tls.connect`, read anew for each connection. */
export interface StoreTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly minVersion: typeof MIN_TLS_VERSION;
}

/**
 * How the connections to a database or a Redis are secured; null: they are plain. Each new connection takes the files of its moment;
 * open ones stay when the files change.
 * @param what for errors, `The database at port 3306`.
 * @throws VolvoxError invalid when it is beyond loopback and would be reached without TLS.
 */
export function storeTls(what: string, { host, tls = true, transport = PLAIN_ON_LOOPBACK }: Store): StoreTls | null {
  const { files } = transport;
  if (files === null || !tls) {
    checkPlainPeer(transport, what, host);
    return null;
  }
  return {
    get cert() {
      return files.current.cert;
    },
    get key() {
      return files.current.key;
    },
    get ca() {
      return files.current.ca ?? '';
    },
    minVersion: MIN_TLS_VERSION,
  };
}
