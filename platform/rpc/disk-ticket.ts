import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A ticket lets its bearer read the disks of one guest from the compute agent that has it, until it expires: `<guestId>.<expires>.<mac>`,
 * the mac being HMAC-SHA256 with the agents' key of that agent's cell. So a host of another cell can be let in without a key of this
 * one leaving it (law 2). Nothing is remembered: an agent checks it with its own key.
 */
export const TICKET_LIFE_MS = 86_400_000;

/** @param now ms since the epoch. */
export function issueDiskTicket(key: string, guestId: string, now: number): string {
  const expires = now + TICKET_LIFE_MS;
  return `${guestId}.${expires}.${macOf(key, guestId, expires)}`;
}

/** Whether the ticket is good for this guest now. */
export function checkDiskTicket(key: string, ticket: string, guestId: string, now: number): boolean {
  const [ofGuest = '', expires = '', mac = ''] = ticket.split('.');
  if (ofGuest !== guestId || !/^\d{1,16}$/.test(expires) || Number(expires) < now) return false;
  const expected = Buffer.from(macOf(key, guestId, Number(expires)));
  const given = Buffer.from(mac);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const macOf = (key: string, guestId: string, expires: number): string =>
  createHmac('sha256', key).update(`disk-ticket ${guestId} ${expires}`).digest('hex');
