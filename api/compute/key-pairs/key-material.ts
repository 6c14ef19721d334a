import { generateKeyPair as generate, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { opensshRsa, sshFingerprint } from './ssh-public-key.ts';

export type KeyType = 'ssh' | 'x509';

interface KeyMaterial {
  readonly publicKey: string;
  readonly fingerprint: string;
  /** PEM; null when the user keeps it. */
  readonly privateKey: string | null;
}

const generateKeyPair = promisify(generate);

/** The user's own key. @throws VolvoxError invalid when it is not a key of this type. */
export function importKey(type: KeyType, publicKey: string): KeyMaterial {
  const fingerprint = type === 'ssh' ? sshFingerprint(publicKey) : certificateFingerprint(publicKey);
  if (fingerprint === null)
    throw new VolvoxError(
      'invalid',
      'Keypair data is invalid: failed to generate fingerprint. public_key must be an OpenSSH public key (ssh-ed25519, ssh-rsa or ecdsa-sha2) in one line.',
    );
  return { publicKey, fingerprint, privateKey: null };
}

/** A new RSA key of 2048 bits, made off the main thread; for x509 with a certificate of `user`. */
export async function generateKey(type: KeyType, user: string, now: number): Promise<KeyMaterial> {
  const { publicKey, privateKey } = await generateKeyPair('rsa', { modulusLength: 2048 });
  const pem = String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
  const shown =
    type === 'ssh'
      ? opensshRsa(publicKey.export({ format: 'jwk' }), 'Generated-by-Nova')
      : selfSignedCertificate(user, privateKey, now);
  return { ...importKey(type, shown), privateKey: pem };
}

/** SHA-1, as Nova shows certificates. */
function certificateFingerprint(pem: string): string | null {
  try {
    return new X509Certificate(pem).fingerprint.toLowerCase();
  } catch {
    return null;
  }
}
