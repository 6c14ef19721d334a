import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { roleName, type TlsRole } from '#platform/tls/roles.ts';
import { readIfThere, writePrivate } from '../local/private-file.ts';
import { makeCertificate } from './certificate.ts';

const AUTHORITY_DAYS = 3_650;
const LEAF_DAYS = 30;
const DAY_MS = 86_400_000;
/** Clocks of hosts differ. */
const EARLIER_MS = 3_600_000;

/** What a certificate is for. */
export interface LeafRequest {
  /** One; several for parts that share a process (`volvox run api scheduler`). */
  readonly roles: readonly [TlsRole, ...TlsRole[]];
  /** Host names and addresses of the process, besides those of loopback. */
  readonly hosts: readonly string[];
  /** How long it is good, days. */
  readonly days?: number;
}

/** PEM. */
interface Leaf {
  readonly cert: string;
  readonly key: string;
}

/** The small authority of a region: it signs the certificates of its processes and databases. Its key stays in its folder (mode 0600). */
export interface Authority {
  /** Its certificate, PEM: what `tls.caFile` holds. */
  readonly cert: string;
  /** A new key with a certificate for the role, the hosts and loopback. */
  issue(request: LeafRequest): Leaf;
}

/** Opens the authority that the folder holds. @returns null when there is none. @throws when its files cannot be used. */
export function openAuthority(folder: string): Authority | null {
  const key = readIfThere(keyPath(folder));
  const cert = readIfThere(certPath(folder));
  if (key === null || cert === null) return null;
  const privateKey = createPrivateKey(key);
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(`${keyPath(folder)} is not the key of the certificate in ${certPath(folder)}`);
  }
  const name = /CN=(.*)/.exec(certificate.subject)?.[1] ?? '';
  return { cert, issue: (request) => issue({ name, privateKey }, Date.parse(certificate.validTo), request) };
}

/** Opens the authority of the folder, or makes one. An interrupted making leaves no certificate, and is done again. */
export function openOrCreateAuthority(folder: string, name: string): Authority {
  const there = openAuthority(folder);
  if (there !== null) return there;
  const { privateKey, pem } = newKey();
  const now = Date.now();
  const cert = makeCertificate({
    issuer: { name, privateKey },
    ...{ subject: name, subjectKey: privateKey, names: [] },
    ...{ from: now - EARLIER_MS, until: now + AUTHORITY_DAYS * DAY_MS },
  });
  writePrivate(keyPath(folder), pem);
  writePrivate(certPath(folder), cert);
  return openOrCreateAuthority(folder, name);
}

/** What the certificate names: its roles, its hosts, and loopback. */
export const namesOf = ({ roles, hosts }: LeafRequest): readonly string[] => [
  ...new Set([...roles.map(roleName), ...hosts.map((host) => host.toLowerCase()), 'localhost', '127.0.0.1', '::1']),
];

/** Not longer than the authority itself. */
function issue(issuer: { name: string; privateKey: KeyObject }, issuerEnds: number, request: LeafRequest): Leaf {
  const { privateKey, pem } = newKey();
  const now = Date.now();
  const { roles, days = LEAF_DAYS } = request;
  const cert = makeCertificate({
    issuer,
    ...{ subject: roleName(roles[0]), subjectKey: privateKey, names: namesOf(request) },
    ...{ from: now - EARLIER_MS, until: Math.min(now + days * DAY_MS, issuerEnds) },
  });
  return { cert, key: pem };
}

function newKey(): { privateKey: KeyObject; pem: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { privateKey, pem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

const keyPath = (folder: string): string => join(folder, 'ca-key.pem');
const certPath = (folder: string): string => join(folder, 'ca.pem');
