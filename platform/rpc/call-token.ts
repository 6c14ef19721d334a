import type { Sign, Verify } from './signing.ts';

/**
 * With a call token the conductor shows a compute agent that it is the conductor: `<agentId>.<expires>.<signature>`. It is good for that
 * agent only, so an agent that gets one can use it nowhere else. The agent checks it with the public key of its cell.
 */
const CALL_TOKEN_LIFE_MS = 60_000;

/** @param now ms since the epoch. */
export function issueCallToken(sign: Sign, agentId: string, now: number): string {
  const expires = now + CALL_TOKEN_LIFE_MS;
  return `${agentId}.${expires}.${sign(textOf(agentId, expires))}`;
}

/** The clocks of the two may differ by some minutes, because a token ends well after it was made. */
const CLOCK_SKEW_MS = 300_000;

export function isCallToken(verify: Verify, token: string, agentId: string, now: number): boolean {
  const [ofAgent = '', expires = '', signature = ''] = token.split('.');
  if (ofAgent !== agentId || !/^\d{1,16}$/.test(expires) || Number(expires) + CLOCK_SKEW_MS < now) return false;
  return verify(textOf(agentId, Number(expires)), signature);
}

const textOf = (agentId: string, expires: number): string => `conductor-call ${agentId} ${expires}`;
