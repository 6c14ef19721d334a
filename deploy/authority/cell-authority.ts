import { createPrivateKey, X509Certificate } from 'node:crypto';
import { makeCertificate } from '#platform/tls/certificate.ts';
import { newCertificateKey } from '#platform/tls/certificate-request.ts';
import { EARLIER_MS } from '#platform/tls/issuer.ts';
import { cellDomain } from '#platform/tls/roles.ts';
import { readIfThere, writePrivate } from '../local/private-file.ts';
import type { Authority } from './authority.ts';

const DAY_MS = 86_400_000;
/** It is renewed when less than this part of its time is left. */
const RENEW_AT = 1 / 3;

interface CellAuthorityRequest {
  readonly cell: string;
  /** The addresses that it may vouch for, CIDR; empty: all. Those of loopback need no mention. */
  readonly ranges: readonly string[];
  /** How long it is good. */
  readonly days: number;
}

const LOOPBACK_RANGES = ['127.0.0.0/8', '::1/128'] as const;

/**
 * Writes an authority below `root` for one cell, certificate and key in one file: what `conductor.issuerKeyFile` names. It can vouch for names
 * of this cell, and for addresses, and for nothing else; so whoever takes it has nothing of other cells.
 */
export function writeCellAuthority(file: string, root: Authority, { cell, ranges, days }: CellAuthorityRequest): void {
  const { privateKey, pem } = newCertificateKey();
  const now = Date.now();
  const certificate = makeCertificate({
    issuer: root.issuer,
    ...{ subject: `Volvox authority of cell ${cell}`, subjectKey: privateKey },
    purpose: {
      pathLength: 0,
      permitted: {
        domains: [cellDomain(cell), 'localhost'],
        ranges: ranges.length === 0 ? [] : [...ranges, ...LOOPBACK_RANGES],
      },
    },
    ...{ from: now - EARLIER_MS, until: Math.min(now + days * DAY_MS, root.issuer.endsAt) },
  });
  writePrivate(file, `${certificate}${pem}`);
}

/** Writes it anew when it is missing, ends soon, or is of another root. @returns whether it wrote. */
export function keepCellAuthority(file: string, root: Authority, request: CellAuthorityRequest): boolean {
  if (isGood(readIfThere(file), root)) return false;
  writeCellAuthority(file, root, request);
  return true;
}

function isGood(pem: string | null, root: Authority): boolean {
  if (pem === null) return false;
  try {
    const certificate = new X509Certificate(pem);
    const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    return (
      until - Date.now() > (until - from) * RENEW_AT &&
      certificate.checkPrivateKey(createPrivateKey(pem)) &&
      certificate.verify(new X509Certificate(root.cert).publicKey)
    );
  } catch {
    // Not a certificate, or not a key: written anew.
    return false;
  }
}
