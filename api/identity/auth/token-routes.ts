import { listRoles } from '#platform/directory/stores/roles.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Policy } from '../../http/policy.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import type { Caller } from '../caller.ts';
import { authorizeFor } from '../policy.ts';
import { emptyResponse } from '../response-types.ts';
import { tokenView } from '../tokens/token-view.ts';
import { logIn } from './log-in.ts';
import { AUTHENTICATE, REVOKE_TOKEN, VALIDATE_TOKEN } from './policy.ts';
import { type AuthRequest, authBody, tokenQuery, tokenResponse } from './schema.ts';

const PATH = '/v3/auth/tokens';

/** From whom a log-in comes. */
const clientOf = ({ address, signal }: ApiRequest) => ({ address, signal });

/** Making, showing and revoking tokens. The token itself travels in headers. */
export function tokenRoutes({ directory, tokens, passwords, config }: ApiDeps): readonly Route[] {
  const answer = async (status: number, token: string, caller: Caller, request: ApiRequest): Promise<Answer> => {
    const roles = await listRoles(directory.read);
    const ids = new Map(roles.map((role) => [role.name, role.id]));
    const body = tokenView(caller, ids, config, { catalog: request.query.nocatalog === undefined });
    return new Answer(status, body, { 'x-subject-token': token, vary: 'X-Auth-Token' });
  };

  /** The token in `X-Subject-Token`. @throws VolvoxError not-found when it is not valid. */
  const subjectOf = async (request: ApiRequest, rule: Policy) => {
    const token = request.headers['x-subject-token'];
    if (typeof token !== 'string' || token === '')
      throw new VolvoxError(
        'invalid',
        'X-Subject-Token is missing. Send the token that the request is about in this header.',
      );
    const caller = await verified(token);
    authorizeFor(rule, request, caller.userId);
    return { token, caller };
  };
  const verified = async (token: string): Promise<Caller> => {
    try {
      return await tokens.verify(token);
    } catch (error) {
      if (!isVolvoxError(error, 'unauthenticated')) throw error;
      throw new VolvoxError(
        'not-found',
        'Could not find token. The token of X-Subject-Token is not valid, was revoked, or has expired.',
        { cause: error },
      );
    }
  };

  return [
    route<AuthRequest>({
      method: 'POST',
      path: PATH,
      summary: 'Logs in: a token for a project.',
      token: 'none',
      turn: 'own',
      policy: AUTHENTICATE,
      query: tokenQuery,
      body: authBody,
      status: 201,
      response: tokenResponse,
      handle: async (request) => {
        const grant = await logIn({ directory, tokens, passwords }, clientOf(request), request.body);
        const { token, caller } = await tokens.issue(grant);
        return answer(201, token, caller, request);
      },
    }),
    route({
      method: 'GET',
      path: PATH,
      summary: 'Shows what a token says.',
      policy: VALIDATE_TOKEN,
      authorizes: 'handler',
      query: tokenQuery,
      response: tokenResponse,
      handle: async (request) => {
        const { token, caller } = await subjectOf(request, VALIDATE_TOKEN);
        return answer(200, token, caller, request);
      },
    }),
    route({
      method: 'DELETE',
      path: PATH,
      summary: 'Revokes a token, and those that were made from it.',
      policy: REVOKE_TOKEN,
      authorizes: 'handler',
      query: tokenQuery,
      status: 204,
      response: emptyResponse,
      handle: async (request) => {
        const { caller } = await subjectOf(request, REVOKE_TOKEN);
        await tokens.revoke(caller);
      },
    }),
  ];
}
