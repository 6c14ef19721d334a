import { type AuthenticateHead, bearerOf, type Caller, isSameSecret, keyRefused } from '#platform/rpc/authenticate.ts';
import { isCallToken } from '#platform/rpc/call-token.ts';
import { sharedVerifier, type Verify } from '#platform/rpc/signing.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { Credential } from './credential.ts';

/** By what an agent recognizes its conductor. */
interface ConductorTrust {
  readonly agentId: string;
  readonly credential: Pick<Credential, 'isOwn'>;
  /** Checks a signature of the conductor. */
  readonly verify: Verify;
  /** Counts only while the agent has no key of its own; empty: there is none. */
  readonly sharedKey: { reveal(): string };
}

const CONDUCTOR: Caller = { id: null };

/** Lets the conductor in, which shows a token that is signed for this very agent. */
export const authenticateConductor =
  (trust: ConductorTrust, clock: Clock = systemClock): AuthenticateHead =>
  (request) => {
    const bearer = bearerOf(request);
    if (isCallToken(trust.verify, bearer, trust.agentId, clock.now())) return CONDUCTOR;
    const shared = sharedKeyOf(trust);
    if (shared === '' || !isSameSecret(shared, bearer)) throw keyRefused();
    return CONDUCTOR;
  };

/** Checks disk tickets: by the conductor's signature, or by the shared key while the agent has none of its own. */
export const ticketVerifier =
  (trust: ConductorTrust): Verify =>
  (text, signature) => {
    const shared = sharedKeyOf(trust);
    return trust.verify(text, signature) || (shared !== '' && sharedVerifier(shared)(text, signature));
  };

const sharedKeyOf = ({ credential, sharedKey }: ConductorTrust): string => (credential.isOwn ? '' : sharedKey.reveal());
