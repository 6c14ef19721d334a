/**
 * What an operator carries to a host: a secret, of which the cell stores the SHA-256, and after a dot the fingerprint of the authorities of
 * the cell, if it issues certificates (platform/tls/pinned-authorities.ts). Only the secret is sent to a conductor.
 */
interface JoinToken {
  readonly secret: string;
  readonly fingerprint: string | null;
}

export const joinTokenText = ({ secret, fingerprint }: JoinToken): string =>
  fingerprint === null ? secret : `${secret}.${fingerprint}`;

export function parseJoinToken(text: string): JoinToken {
  const [secret = '', fingerprint = null] = text.split('.');
  return { secret, fingerprint };
}
