import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A ticket lets its bearer read the disks of one guest from the compute agent that has it:
 * `<guestId>.<generation>.<expires>.<mac>`, the mac being HMAC-SHA256 with the agents' key of that agent's cell. So a host of another
 * cell can be let in without a key of this one leaving it (law 2). Nothing is remembered: an agent checks it with its own key.
 *
 * It is void when it expires, and as soon as the desired state of the guest changes (`generation`). So an old ticket never reads the disks
 * of a guest that was started since, or that its move or resize has released, even when the guest is stopped again.
 */
export const TICKET_LIFE_MS = 86_400_000;

/** A guest, with the generation of its desired state when the ticket was issued. */
export interface TicketedGuest {
  readonly id: string;
  readonly generation: number;
}

/** @param now ms since the epoch. */
export function issueDiskTicket(key: string, guest: TicketedGuest, now: number): string {
  const expires = now + TICKET_LIFE_MS;
  return `${guest.id}.${guest.generation}.${expires}.${macOf(key, guest, expires)}`;
}

/** @returns the generation of this guest that the ticket is good for; null: it is wrong, of another guest, or too old. */
export function checkDiskTicket(key: string, ticket: string, guestId: string, now: number): number | null {
  const generation = generationOfTicket(ticket);
  const [ofGuest = '', , expires = '', mac = ''] = ticket.split('.');
  if (generation === null || ofGuest !== guestId) return null;
  if (!/^\d{1,16}$/.test(expires) || Number(expires) < now) return null;
  const expected = Buffer.from(macOf(key, { id: guestId, generation }, Number(expires)));
  const given = Buffer.from(mac);
  return given.length === expected.length && timingSafeEqual(given, expected) ? generation : null;
}

/** What a ticket says of itself, for those who only pass it on; null: it is none. */
export function generationOfTicket(ticket: string): number | null {
  const generation = ticket.split('.')[1] ?? '';
  return /^\d{1,10}$/.test(generation) ? Number(generation) : null;
}

const macOf = (key: string, { id, generation }: TicketedGuest, expires: number): string =>
  createHmac('sha256', key).update(`disk-ticket ${id} ${generation} ${expires}`).digest('hex');
