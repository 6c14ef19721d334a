import { createHmac } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 12;

/** Makes the `adminPass` of servers that were asked for under an `Idempotency-Key`. */
export interface AdminPasswords {
  /** The same each time for the same key and server. */
  of(clientKey: string, uuid: string): string;
}

/**
 * Passwords that follow from the client's key and the signing key. A process may die between the commit of a server and the record of its
 * answer; the request that comes again then gets the same password, though no password is kept anywhere. Whoever has the directory finds
 * neither of the two keys there.
 */
export function createAdminPasswords(signingKey: { reveal(): string }): AdminPasswords {
  const secret = createHmac('sha256', signingKey.reveal()).update('volvox admin passwords 1').digest();
  return {
    of: (clientKey, uuid) => {
      const digest = createHmac('sha256', secret)
        .update(JSON.stringify([clientKey, uuid]))
        .digest('hex');
      return inLetters(BigInt(`0x${digest}`));
    },
  };
}

/** The digest has so many more bits than the letters that each letter is as likely as the others. */
function inLetters(digest: bigint): string {
  const base = BigInt(LETTERS.length);
  return Array.from({ length: LENGTH }, (_, index) => LETTERS[Number((digest / base ** BigInt(index)) % base)]).join(
    '',
  );
}
