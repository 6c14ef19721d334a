import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { hashOfSecret, newSecret } from '#platform/rpc/agent-credential.ts';
import { joinTokenText } from '#platform/rpc/join-token.ts';
import { timestamp } from '#platform/time/clock.ts';
import { cellsAreSilent, isSilence } from '../../cross-cell/ask-cells.ts';
import type { CellDoor, DoorClient } from '../../cross-cell/cell-doors.ts';
import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { type Route, route } from '../../http/route.ts';
import { askedCells } from '../asked-cells.ts';
import { ADD_JOIN_TOKEN, REVOKE_HOST, ROTATE_SIGNING_KEY } from './policy.ts';
import { DEFAULT_LIFE_S, joinTokenResponse, type NewJoinToken, newJoinTokenBody, revokedResponse } from './schema.ts';

/** The keys of a cell's agents: tokens with which hosts join, revocation, and the key with which the conductor signs. */
export const hostKeyRoutes = ({ cells, clock }: Pick<ApiDeps, 'cells' | 'clock'>): readonly Route[] => {
  const find = (idOrName = ''): CellDoor => {
    const [cell] = askedCells(cells, idOrName);
    if (cell === undefined) throw new VolvoxError('not-found', `Cell ${idOrName} could not be found.`);
    return cell;
  };
  return [
    route<NewJoinToken>({
      method: 'POST',
      path: '/v1/cells/:cell/join-tokens',
      summary: 'Makes a one-time token with which the agents of a host join the cell. The answer shows it once.',
      policy: ADD_JOIN_TOKEN,
      body: newJoinTokenBody,
      status: 201,
      response: joinTokenResponse,
      handle: async ({ params, body: { hosts, expiresInS = DEFAULT_LIFE_S }, log, requestId }) => {
        const cell = find(params.cell);
        const secret = newSecret();
        const expiresAt = timestamp(clock.now() + expiresInS * 1_000);
        const added = { tokenHash: hashOfSecret(secret), hosts, expiresAt };
        const { fingerprint } = await ask(cell, (door) => door.addJoinToken(added));
        const token = joinTokenText({ secret, fingerprint });
        log.info({ requestId, cell: cell.name, hosts, expiresAt }, 'a token for hosts to join was made');
        return { token, cell: cell.name, conductorUrl: cell.url, hosts, expiresAt };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/cells/:cell/hosts/:host/revoke',
      summary: "Ends the keys of a host's agents and its open tokens. The host is down at once; its guests run on.",
      policy: REVOKE_HOST,
      query: noQuery,
      response: revokedResponse,
      handle: async ({ params, log, requestId }) => {
        const cell = find(params.cell);
        const host = params.host ?? '';
        const { revoked } = await ask(cell, (door) => door.revokeHost({ host }));
        log.info({ requestId, cell: cell.name, host, revoked }, 'the keys of a host were revoked');
        return { cell: cell.name, host, revoked };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/cells/:cell/rotate-key',
      summary: 'Makes a new key with which the conductor of the cell signs. The one before stays valid.',
      policy: ROTATE_SIGNING_KEY,
      query: noQuery,
      status: 204,
      response: { 1: 'empty' },
      handle: async ({ params, log, requestId }) => {
        const cell = find(params.cell);
        await ask(cell, (door) => door.rotateSigningKey({}));
        log.info({ requestId, cell: cell.name }, 'the cell has a new key to sign with');
      },
    }),
  ];
};

/** @throws VolvoxError unavailable, naming the cell; conflict when its release has no keys of agents. */
async function ask<A>(cell: CellDoor, question: (door: DoorClient) => Promise<A>): Promise<A> {
  try {
    return await question(cell.door);
  } catch (error) {
    if (isVolvoxError(error, 'unsupported')) {
      throw new VolvoxError(
        'conflict',
        `Cell ${cell.name} runs a release whose agents share one key. Upgrade it first.`,
      );
    }
    throw isSilence(error) ? cellsAreSilent([cell]) : error;
  }
}
