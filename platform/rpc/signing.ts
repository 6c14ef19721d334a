import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { isSameSecret } from './authenticate.ts';

/** An Ed25519 pair as text: DER in base64 (PKCS #8 and SPKI). */
export interface SigningKeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

export type Sign = (text: string) => string;
export type Verify = (text: string, signature: string) => boolean;

export function newSigningKeyPair(): SigningKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  };
}

/** Signatures are base64url, so they contain no dot. */
export function signerOf(privateKey: string): Sign {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  return (text) => sign(null, Buffer.from(text), key).toString('base64url');
}

/** Accepts a signature of any of these keys. A key that cannot be read accepts nothing. */
export function verifierOf(publicKeys: readonly string[]): Verify {
  const keys = publicKeys.flatMap((key) => readPublicKey(key) ?? []);
  return (text, signature) =>
    keys.some((key) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url')));
}

function readPublicKey(key: string): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

/** HMAC-SHA256 with a key that both sides share, in hex. Cells with a shared agent key sign with it (platform/contracts/agent.ts, version 3). */
export const sharedSigner =
  (key: string): Sign =>
  (text) =>
    createHmac('sha256', key).update(text).digest('hex');

export const sharedVerifier =
  (key: string): Verify =>
  (text, signature) =>
    isSameSecret(sharedSigner(key)(text), signature);
