import { constants, createPublicKey, publicEncrypt } from 'node:crypto';

const RSA = 'ssh-rsa';
/** The longest that is stored, as for one that the guest posts. */
const MAX_LENGTH = 1_020;

/**
 * A password as only the owner of this SSH key can read it, base64, by the rules of Nova (`ssh_encrypt_text`: PKCS #1 v1.5; the client's
 * `nova get-password` reads it). null: the key is no RSA key, or is too short for this password, or so long that what comes out cannot be stored.
 */
export function sealedFor(sshPublicKey: string, password: string): string | null {
  const [type = '', blob = ''] = sshPublicKey.trim().split(/\s+/);
  const [name, exponent, modulus] = fieldsOf(Buffer.from(blob, 'base64'));
  if (type !== RSA || name?.toString() !== RSA || exponent === undefined || modulus === undefined) return null;
  const jwk = { kty: 'RSA', e: exponent.toString('base64url'), n: modulus.toString('base64url') };
  try {
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), padding: constants.RSA_PKCS1_PADDING };
    const sealed = publicEncrypt(key, Buffer.from(password)).toString('base64');
    return sealed.length > MAX_LENGTH ? null : sealed;
  } catch {
    // OpenSSL takes neither a password that is longer than the key allows, nor every key that a user may bring.
    return null;
  }
}

/** Of an SSH key: each with its length before it, 4 bytes (RFC 4253, section 6.6). */
function fieldsOf(blob: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length; ) {
    const end = at + 4 + blob.readUInt32BE(at);
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}
