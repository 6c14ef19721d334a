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

const ed25519 = (key: Buffer): JsonWebKey | null =>
  key.length === 32 ? { kty: 'OKP', crv: 'Ed25519', x: base64url(key) } : null;

function ecdsa(type: string, curve: string, point: Buffer): JsonWebKey | null {
  const crv = CURVES[curve];
  if (crv === undefined || type !== `ecdsa-sha2-${curve}` || point[0] !== 4) return null;
  const half = (point.length - 1) / 2;
  return { kty: 'EC', crv, x: base64url(point.subarray(1, 1 + half)), y: base64url(point.subarray(1 + half)) };
}

/** What a security key signs for follows the public key that it holds (OpenSSH's PROTOCOL.u2f). */
const SECURITY_KEY = /^sk-(.+)@openssh\.com$/;

/**
 * Whether the blob holds a key of its type. A name with an `@` is its domain's own (RFC 4251 §6), and so is the rest of its blob:
 * certificates and kinds to come are taken as they are.
 */
function isKeyOfType(type: string, [, ...parts]: readonly Buffer[]): boolean {
  const kind = SECURITY_KEY.exec(type)?.[1] ?? type;
  const given = kind === type ? parts : parts.slice(0, -1);
  const [first = NOTHING, second = NOTHING] = given;
  if (kind === 'ssh-ed25519') return given.length === 1 && isKey(ed25519(first));
  if (kind.startsWith('ecdsa-sha2-') && !kind.includes('@'))
    return given.length === 2 && isKey(ecdsa(kind, first.toString(), second));
  if (kind === 'ssh-rsa')
    return given.length === 2 && isKey({ kty: 'RSA', e: base64url(unsigned(first)), n: base64url(unsigned(second)) });
  return OWN_NAME.test(type) && parts.length > 0;
}

const NOTHING = Buffer.alloc(0);
const OWN_NAME = /^[\x21-\x3f\x41-\x7e]+@[a-z0-9.-]+$/;

/** The MD5 fingerprint of an OpenSSH public key, `aa:bb:…`: a hash of the blob, whatever its kind. Null when the text is no such key. */
export function sshFingerprint(text: string): string | null {
  const [type = '', encoded = ''] = text.trim().split(/\s+/);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const blob = Buffer.from(encoded, 'base64');
  const parts = partsOf(blob);
  if (parts === null || parts[0]?.toString() !== type) return null;
  if (!isKeyOfType(type, parts)) return null;
  return colons(createHash('md5').update(blob).digest('hex'));
}

/** Whether OpenSSL takes it: it checks that a point lies on its curve. */
function isKey(jwk: JsonWebKey | null): boolean {
  if (jwk === null) return false;
  try {
    createPublicKey({ key: jwk, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

/** `aabbcc` → `aa:bb:cc`. */
const colons = (hex: string): string => hex.match(/../g)?.join(':') ?? '';

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
