import { createHash, createPublicKey, type JsonWebKey } from 'node:crypto';

/** The parts of an OpenSSH public key's blob (RFC 4253 §6.6): strings with a 32-bit length before each. */
function partsOf(blob: Buffer): Buffer[] | null {
  const parts: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) return null;
    const length = blob.readUInt32BE(at);
    if (at + 4 + length > blob.length) return null;
    parts.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return parts;
}

const base64url = (part: Buffer): string => part.toString('base64url');
/** A big integer without the zero byte that keeps it positive. */
const unsigned = (part: Buffer): Buffer => (part[0] === 0 ? part.subarray(1) : part);

const CURVES: Readonly<Record<string, string>> = { nistp256: 'P-256', nistp384: 'P-384', nistp521: 'P-521' };

/** The key as node knows it, or null when its parts are not those of its type. */
function keyOf(type: string, parts: readonly Buffer[]): JsonWebKey | null {
  const [first, second, third, ...rest] = parts;
  if (second === undefined || rest.length > 0) return null;
  if (type === 'ssh-ed25519')
    return third === undefined && second.length === 32 ? { kty: 'OKP', crv: 'Ed25519', x: base64url(second) } : null;
  if (third === undefined) return null;
  if (type === 'ssh-rsa') return { kty: 'RSA', e: base64url(unsigned(second)), n: base64url(unsigned(third)) };
  const curve = second.toString();
  const crv = CURVES[curve];
  if (crv === undefined || first?.toString() !== `ecdsa-sha2-${curve}` || third[0] !== 4) return null;
  const half = (third.length - 1) / 2;
  return { kty: 'EC', crv, x: base64url(third.subarray(1, 1 + half)), y: base64url(third.subarray(1 + half)) };
}

/** The MD5 fingerprint of an OpenSSH public key, `aa:bb:…`; null when the text is none (RSA, ECDSA on NIST curves, Ed25519). */
export function sshFingerprint(text: string): string | null {
  const [type = '', encoded = ''] = text.trim().split(/\s+/);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const blob = Buffer.from(encoded, 'base64');
  const parts = partsOf(blob);
  if (parts === null || parts[0]?.toString() !== type) return null;
  const jwk = keyOf(type, parts);
  if (jwk === null || !isKey(jwk)) return null;
  return colons(createHash('md5').update(blob).digest('hex'));
}

/** Whether OpenSSL takes it: it checks that a point lies on its curve. */
function isKey(jwk: JsonWebKey): boolean {
  try {
    createPublicKey({ key: jwk, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

/** `aabbcc` → `aa:bb:cc`. */
export const colons = (hex: string): string => hex.match(/../g)?.join(':') ?? '';

/** An RSA public key as a line of `authorized_keys`. */
export function opensshRsa(jwk: JsonWebKey, comment: string): string {
  const signed = (text: string): Buffer => {
    const bytes = Buffer.from(text, 'base64url');
    return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  };
  const blob = Buffer.concat(
    [Buffer.from('ssh-rsa'), signed(String(jwk.e)), signed(String(jwk.n))].flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
  return `ssh-rsa ${blob.toString('base64')} ${comment}`;
}
