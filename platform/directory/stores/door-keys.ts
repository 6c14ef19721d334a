import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { VolvoxError } from '../../errors/volvox-error.ts';

/** Seals the keys of doors, so that a dump of the directory opens none of them. */
export interface DoorKeySeal {
  /** `cellId` is bound in: a sealed key copied to another row does not open. */
  seal(key: string, cellId: string): string;
  /** @throws VolvoxError internal when it was sealed with another signing key or for another cell. */
  open(sealed: string, cellId: string): string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM under a key derived from `trust.signingKey`. The sealed form is base64 of iv, tag and ciphertext after a version. */
export function createDoorKeySeal(signingKey: { reveal(): string }): DoorKeySeal {
  const key = Buffer.from(hkdfSync('sha256', signingKey.reveal(), '', 'volvox door keys 1', 32));
  return {
    seal(text, cellId) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(cellId));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `1:${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}`;
    },
    open(sealed, cellId) {
      try {
        const bytes = Buffer.from(sealed.replace(/^1:/, ''), 'base64');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
          .setAAD(Buffer.from(cellId))
          .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch (cause) {
        throw new VolvoxError('internal', `The door key of cell ${cellId} cannot be opened with this signing key.`, {
          cause,
        });
      }
    },
  };
}
