import { messageOf } from '../errors/volvox-error.ts';

const CODES = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO$)/;

/** Why a TLS handshake failed, in words; null when this error is none of a handshake. */
export function tlsRefusal(error: unknown): string | null {
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  if (typeof code !== 'string' || !CODES.test(code)) return null;
  return typeof reason === 'string' && reason !== '' ? reason : messageOf(error);
}
