import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { VolvoxError } from '../errors/volvox-error.ts';

/**
 * Who makes a call. `id`: the peer whose own key the call shows; null: the call shows a key that several peers share. `keyHash`: which of its
 * keys a peer shows that may have several (SHA-256, hex).
 */
export interface Caller {
  readonly id: string | null;
  readonly keyHash?: string;
}

/** Finds out who makes a call, before anything else of the call is looked at. @throws VolvoxError unauthenticated. */
export type Authenticate = (request: FastifyRequest) => Caller | Promise<Caller>;

/** The same, for whoever needs no more than the head of the request. */
export type AuthenticateHead = (request: Pick<FastifyRequest, 'headers'>) => Caller | Promise<Caller>;

const SHARED: Caller = { id: null };

/** Everybody who shows one of these keys. Several may be valid at once, so that a key can be changed without a gap. */
export const sharedKeys =
  (keys: () => readonly string[]): AuthenticateHead =>
  (request) => {
    const given = bearerOf(request);
    if (!keys().some((key) => isSameSecret(key, given))) throw keyRefused();
    return SHARED;
  };

/** The credential of a request; empty when it has none. */
export const bearerOf = ({ headers }: Pick<FastifyRequest, 'headers'>): string =>
  headers.authorization?.replace(/^Bearer /, '') ?? '';

/** Compares two secrets in a time that does not depend on where they differ. Nobody has the empty secret. */
export function isSameSecret(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length > 0 && one.length === other.length && timingSafeEqual(one, other);
}

export const keyRefused = (): VolvoxError =>
  new VolvoxError('unauthenticated', 'The key of this call is missing or wrong.');
