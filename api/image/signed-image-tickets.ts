import { createHmac } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Clock } from '#platform/time/clock.ts';
import { BoundedCache } from '../http/bounded-cache.ts';
import type { ImageTickets } from './image-tickets.ts';

const DAY_S = 24 * 3600;
const LIFETIME_DAYS = 30;

/** Tickets as JSON Web Tokens with a separate key, so that a ticket is not a valid token and a token is not a valid ticket. */
export const createImageTickets = (signingKey: { reveal(): string }, clock: Clock): ImageTickets =>
  signedTickets(signingKey, clock, 'volvox image tickets');

/** The same for uploads: a ticket for the one is none for the other. */
export const createUploadTickets = (signingKey: { reveal(): string }, clock: Clock): ImageTickets =>
  signedTickets(signingKey, clock, 'volvox upload tickets');

function signedTickets(signingKey: { reveal(): string }, clock: Clock, purpose: string): ImageTickets {
  const key = createHmac('sha256', signingKey.reveal()).update(purpose).digest();
  const made = new BoundedCache<string, { readonly day: number; readonly ticket: string }>(1_000);
  return {
    make: async (imageId) => {
      const day = Math.floor(clock.now() / 1000 / DAY_S);
      const known = made.get(imageId);
      if (known?.day === day) return known.ticket;
      const ticket = await new SignJWT({ sub: imageId, exp: (day + 1 + LIFETIME_DAYS) * DAY_S })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(key);
      made.set(imageId, { day, ticket });
      return ticket;
    },
    check: async (ticket, imageId) => {
      const refused = (cause?: unknown) =>
        new VolvoxError('unauthenticated', 'The ticket is not for this image.', { cause });
      const { payload } = await jwtVerify(ticket, key, {
        algorithms: ['HS256'],
        currentDate: new Date(clock.now()),
      }).catch((cause) => {
        throw refused(cause);
      });
      if (payload.sub !== imageId) throw refused();
    },
  };
}
