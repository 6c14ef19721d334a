import type { FastifyRequest } from 'fastify';
import { agentContract } from '#platform/contracts/agent.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { hashOfSecret, parseCredential } from '#platform/rpc/agent-credential.ts';
import { type Authenticate, bearerOf, type Caller, isSameSecret, keyRefused } from '#platform/rpc/authenticate.ts';
import { routesWithoutCertificate } from '#platform/rpc/server.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { CellDatabase } from '../../database/cell-database.ts';
import { openTokensAmong } from '../../database/stores/join-tokens.ts';
import { databaseErrors } from '../when-database-is-away.ts';
import type { AgentKeys } from './agent-keys.ts';
import { SparingLookups } from './sparing-lookups.ts';

interface AgentAuthentication {
  readonly database: CellDatabase;
  readonly keys: Pick<AgentKeys, 'accepts'>;
  /** The key that agents without a key of their own share; empty: none is accepted. */
  readonly sharedKey: string;
  readonly clock: Clock;
}

export const agentKeyRefused = (): VolvoxError =>
  new VolvoxError('unauthenticated', 'The key of this agent is not valid. It was revoked, or never enrolled.');

const NOBODY: Caller = { id: null };
/** What a token opens. */
const TOKEN_ROUTES: readonly (string | undefined)[] = routesWithoutCertificate(agentContract);

/**
 * An agent shows its own key. A token opens the calls of an agent that joins and no other. Agents of an older release show the shared key, if the
 * cell still has one.
 */
export const authenticateAgent = ({ database, keys, sharedKey, clock }: AgentAuthentication): Authenticate => {
  const tokens = new SparingLookups((hashes) => openTokensAmong(database.read, hashes, clock.now()), clock);
  return async (request) => {
    const bearer = bearerOf(request);
    const credential = parseCredential(bearer);
    try {
      const key = credential === null ? null : await keys.accepts(credential);
      if (key !== null) return { id: key.agentId, keyHash: key.keyHash };
      if (opensByToken(request) && bearer !== '') {
        if ((await tokens.ask(hashOfSecret(bearer))) !== null) return NOBODY;
        throw new VolvoxError('unauthenticated', 'The token is wrong, has expired, or was revoked.');
      }
    } catch (error) {
      throw databaseErrors(error);
    }
    if (sharedKey !== '' && !opensByToken(request) && isSameSecret(sharedKey, bearer)) return NOBODY;
    throw credential === null ? keyRefused() : agentKeyRefused();
  };
};

const opensByToken = ({ routeOptions }: FastifyRequest): boolean => TOKEN_ROUTES.includes(routeOptions.url);
