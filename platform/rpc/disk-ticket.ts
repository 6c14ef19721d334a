import type { Sign, Verify } from './signing.ts';

/**
 * A ticket lets its bearer read the disks of one guest from the compute agent that has it: `<guestId>.<generation>.<expires>.<signature>`.
 * The conductor of that agent's cell signs it with a key that agents do not have (signing.ts), so no agent can make one. The agent checks it
 * with the public key of its own cell. So a host of another cell can be let in without a key of this one leaving it (law 2), and nothing is
 * remembered.
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
export function issueDiskTicket(sign: Sign, guest: TicketedGuest, now: number): string {
  const expires = now + TICKET_LIFE_MS;
  return `${guest.id}.${guest.generation}.${expires}.${sign(textOf(guest, expires))}`;
}

/** @returns the generation of this guest that the ticket is good for; null: it is wrong, of another guest, or too old. */
export function checkDiskTicket(verify: Verify, ticket: string, guestId: string, now: number): number | null {
  const generation = generationOfTicket(ticket);
  const [ofGuest = '', , expires = '', signature = ''] = ticket.split('.');
  if (generation === null || ofGuest !== guestId) return null;
  if (!/^\d{1,16}$/.test(expires) || Number(expires) < now) return null;
  return verify(textOf({ id: guestId, generation }, Number(expires)), signature) ? generation : null;
}

/** What a ticket says of itself, for those who only pass it on; null: it is none. */
export function generationOfTicket(ticket: string): number | null {
  const generation = ticket.split('.')[1] ?? '';
  return /^\d{1,10}$/.test(generation) ? Number(generation) : null;
}

const textOf = ({ id, generation }: TicketedGuest, expires: number): string =>
  `disk-ticket ${id} ${generation} ${expires}`;
