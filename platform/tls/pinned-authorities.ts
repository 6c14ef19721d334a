import { createHash, X509Certificate } from 'node:crypto';
import type { TlsSource } from './material.ts';
import { cellLabel } from './roles.ts';

/** Where a conductor shows its authorities (`CellTrust`) to hosts that join. They believe nothing of it but what their token vouches for. */
export const AUTHORITY_ROUTE = '/authority';

/** The authorities that processes of a cell believe. */
export interface CellTrust {
  /** The name of the cell. */
  readonly cell: string;
  /** PEM. */
  readonly authorities: string;
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * What tells the authorities of a cell from all others: SHA-256 over the cell and the certificates (DER, in their order), base64url. A token
 * carries it, so that a host that knows nothing else recognizes its conductor.
 * @throws when the text holds no certificate, or one that cannot be read.
 */
export function fingerprintOf(cell: string, authorities: string): string {
  const digest = createHash('sha256').update(`${cellLabel(cell)}\n`);
  const certificates = authorities.match(CERTIFICATES) ?? [];
  if (certificates.length === 0) throw new Error('no certificate');
  for (const pem of certificates) digest.update(new X509Certificate(pem).raw);
  return digest.digest('base64url');
}

/** TLS of a process that has no certificate yet: it shows none, and believes these authorities. */
export const withoutCertificate = (authorities: string): TlsSource => ({
  current: { cert: '', key: '', ca: authorities, expiresAt: Number.POSITIVE_INFINITY, identities: [] },
  onChange: () => () => undefined,
  watch: () => undefined,
  unwatch: () => undefined,
});
