import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { messageOf, VolvoxError } from '../errors/volvox-error.ts';
import { identitiesIn, type TlsIdentity } from './roles.ts';

/** Paths of PEM files. */
export interface TlsPaths {
  /** The certificate, with the intermediate ones after it. */
  readonly certFile: string;
  readonly keyFile: string;
  /** The authorities whose certificates are accepted from peers; absent where peers show none. */
  readonly caFile?: string;
}

/** What the files hold, PEM. */
export interface TlsMaterial {
  /** Empty: this process has none and shows none. */
  readonly cert: string;
  readonly key: string;
  /** Undefined when there is no such file. */
  readonly ca: string | undefined;
  /** When the certificate ends, ms since the epoch. */
  readonly expiresAt: number;
  /** The roles that the certificate names. */
  readonly identities: readonly TlsIdentity[];
}

/** Files of TLS that may change. */
export interface TlsSource {
  readonly current: TlsMaterial;
  /** `changed` is called when `current` is another one. Returns how to end it. */
  onChange(changed: () => void): () => void;
  watch(): void;
  unwatch(): void;
}

/** Old peers are refused; two peers of ours agree on TLS 1.3. */
export const MIN_TLS_VERSION = 'TLSv1.2' as const;

/** As options of `tls.createSecureContext`. */
export const contextOf = ({ cert, key, ca }: TlsMaterial) => ({
  ...(cert === '' ? {} : { cert, key }),
  minVersion: MIN_TLS_VERSION,
  ...(ca === undefined ? {} : { ca }),
});

/**
 * Reads the files and checks that they fit together.
 * @param section where the options stand, for errors.
 * @throws VolvoxError invalid, naming the option and the file that is wrong.
 */
export function readTlsMaterial(paths: TlsPaths, section: string): TlsMaterial {
  const { certFile, keyFile, caFile } = paths;
  const cert = read(`${section}.certFile`, certFile, (pem) => new X509Certificate(pem));
  const key = read(`${section}.keyFile`, keyFile, (pem) => createPrivateKey(pem));
  const ca = caFile === undefined ? undefined : read(`${section}.caFile`, caFile, (pem) => new X509Certificate(pem));
  if (!cert.value.checkPrivateKey(key.value)) {
    throw wrong(`${section}.keyFile`, keyFile, `it is not the key of the certificate in ${certFile}`);
  }
  const expiresAt = Date.parse(cert.value.validTo);
  if (expiresAt <= Date.now()) {
    throw wrong(`${section}.certFile`, certFile, `the certificate ended on ${cert.value.validTo}`);
  }
  const identities = identitiesIn(cert.value.subjectAltName);
  const material = { cert: cert.pem, key: key.pem, ca: ca?.pem, expiresAt, identities };
  // What follows the first certificate of a file is read by nobody else before it is in use.
  try {
    createSecureContext(contextOf(material));
  } catch (error) {
    throw wrong(`${section}.certFile`, certFile, messageOf(error), error);
  }
  return material;
}

function read<T>(option: string, path: string, parse: (pem: string) => T): { readonly pem: string; readonly value: T } {
  try {
    const pem = readFileSync(path, 'utf8');
    return { pem, value: parse(pem) };
  } catch (error) {
    throw wrong(option, path, messageOf(error), error);
  }
}

const wrong = (option: string, path: string, reason: string, cause?: unknown): VolvoxError =>
  new VolvoxError('invalid', `${option}: ${path}: ${reason}`, { cause });
