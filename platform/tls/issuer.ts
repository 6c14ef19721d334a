import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { makeCertificate } from './certificate.ts';

const DAY_MS = 86_400_000;
/** Clocks of hosts differ. */
export const EARLIER_MS = 3_600_000;

/** What a certificate of a process says. */
interface LeafContent {
  readonly subject: string;
  /** Host names and addresses, and the roles (platform/tls/roles.ts). */
  readonly names: readonly string[];
  /** How long it is good, days; not longer than its authority. */
  readonly days: number;
}

/** The key of an authority with its certificate. It signs certificates of processes. */
export interface CertificateIssuer {
  /** As its certificate has it. */
  readonly name: string;
  readonly privateKey: KeyObject;
  /** PEM, of the certificate alone. */
  readonly cert: string;
  /** ms since the epoch. */
  readonly endsAt: number;
}

/** @param where for errors. @throws when the two do not fit together. */
export function issuerOf(certPem: string, keyPem: string, where: string): CertificateIssuer {
  const privateKey = createPrivateKey(keyPem);
  const certificate = new X509Certificate(certPem);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(`${where}: the key is not that of the certificate`);
  }
  const name = /^CN=([^\n]*)$/.exec(certificate.subject)?.[1];
  if (name === undefined) {
    throw new Error(`${where}: the authority was not made by \`volvox authority\`, so Volvox cannot sign with it`);
  }
  // The text may hold the key, too.
  return { name, privateKey, cert: certificate.toString(), endsAt: Date.parse(certificate.validTo) };
}

/** A certificate for the bearer of this key, PEM. @param publicKey EC, P-256. */
export function issueLeaf(
  issuer: CertificateIssuer,
  publicKey: KeyObject,
  { subject, names, days }: LeafContent,
): string {
  const now = Date.now();
  return makeCertificate({
    issuer,
    ...{ subject, subjectKey: publicKey, purpose: { names } },
    ...{ from: now - EARLIER_MS, until: Math.min(now + days * DAY_MS, issuer.endsAt) },
  });
}

/** What every process is called on its own machine. */
export const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '::1'];
