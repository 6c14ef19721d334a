import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { VolvoxError } from '../errors/volvox-error.ts';

/** Encrypts texts that stand in the directory, so that a dump of it tells none of them. */
export interface Seal {
  /** `boundTo` is authenticated: a sealed text copied to another row does not open. */
  seal(text: string, boundTo: string): string;
  /** @throws VolvoxError internal when it was sealed with another secret or bound to something else. */
  open(sealed: string, boundTo: string): string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under a key derived from `secret`. The sealed form is base64 of iv, tag and ciphertext after a version.
 * @param purpose texts sealed for one purpose do not open for another.
 * @param named what a text bound to something is called in errors.
 */
export function createSeal(secret: string, purpose: string, named: (boundTo: string) => string): Seal {
  const key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  return {
    seal(text, boundTo) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(boundTo));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `1:${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}`;
    },
    open(sealed, boundTo) {
      try {
        const bytes = Buffer.from(sealed.replace(/^1:/, ''), 'base64');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
          .setAAD(Buffer.from(boundTo))
          .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch (cause) {
        throw new VolvoxError('internal', `${named(boundTo)} cannot be opened with this signing key.`, { cause });
      }
    },
  };
}
