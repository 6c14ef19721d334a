import type { doorContract } from '#platform/contracts/door.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { addJoinToken } from '../../database/stores/join-tokens.ts';
import type { ConductorParts } from '../parts.ts';
import { revokeHost } from './revoke-host.ts';

type Calls = 'addJoinToken' | 'revokeHost' | 'rotateSigningKey';

/** What operators do with the keys of agents. */
export const agentKeyCalls = (parts: ConductorParts): Pick<Handlers<typeof doorContract>, Calls> => ({
  addJoinToken: async ({ tokenHash, hosts, expiresAt }) => {
    const token = { tokenHash, hosts, expiresAt: Date.parse(expiresAt) };
    await addJoinToken(parts.database.write, token, parts.clock.now());
    return { fingerprint: parts.certificates.fingerprint };
  },
  revokeHost: ({ host }) => revokeHost(parts, host),
  rotateSigningKey: async () => {
    await parts.signing.rotate();
    parts.log.info('the cell has a new key to sign with');
    return {};
  },
});
