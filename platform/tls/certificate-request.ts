import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { VolvoxError } from '../errors/volvox-error.ts';

/** EC, P-256: what our certificates are for. */
const CURVE = 'prime256v1';

/**
 * What an agent sends to get a certificate: its public key, and a signature that shows that it has the private one. It is no PKCS #10: the
 * conductor takes nothing else from an agent, because it decides itself what the certificate says.
 */
export interface CertificateRequest {
  /** SPKI in DER, base64. */
  readonly publicKey: string;
  /** Signature with SHA-256 over the agent and the key, base64url. */
  readonly proof: string;
}

/** A new key pair. The private key is PEM (PKCS #8). */
export function newCertificateKey(): { readonly privateKey: KeyObject; readonly pem: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: CURVE });
  return { privateKey, pem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

export function certificateRequest(privateKey: KeyObject, agentId: string): CertificateRequest {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  return { publicKey, proof: sign('sha256', textOf(agentId, publicKey), privateKey).toString('base64url') };
}

/** @returns the key that the certificate is for. @throws VolvoxError invalid: it is no such key, or the agent does not have its private key. */
export function requestedKey({ publicKey, proof }: CertificateRequest, agentId: string): KeyObject {
  const key = readKey(publicKey);
  if (key === null)
    throw new VolvoxError('invalid', 'publicKey: expected an EC key on the curve P-256 (SPKI, base64).');
  if (!verify('sha256', textOf(agentId, publicKey), key, Buffer.from(proof, 'base64url'))) {
    throw new VolvoxError('invalid', 'proof: it is not a signature of this agent with the private key of publicKey.');
  }
  return key;
}

function readKey(publicKey: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === CURVE ? key : null;
  } catch {
    return null;
  }
}

const textOf = (agentId: string, publicKey: string): Buffer =>
  Buffer.from(`volvox certificate request\n${agentId}\n${publicKey}`);
