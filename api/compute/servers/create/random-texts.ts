import { randomInt } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SMALL = 'abcdefghijklmnopqrstuvwxyz0123456789';

const draw = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

export const newAdminPassword = (): string => draw(LETTERS, 12);
/** `r-` and 8 letters or digits; the same for all servers of one request. */
export const newReservationId = (): string => `r-${draw(SMALL, 8)}`;
