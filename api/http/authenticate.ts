import type { FastifyReply, FastifyRequest } from 'fastify';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { REQUEST_ID_PATTERN } from '#platform/logging/request-id.ts';
import { type Caller, NOBODY } from '../identity/caller.ts';
import { DEFAULT_POLICIES, type PolicySet } from '../policies/policy-set.ts';
import type { ApiService } from './api-service.ts';

/** Returns the owner of a token. @throws VolvoxError unauthenticated when the token is not valid (any more). */
export interface TokenVerifier {
  verify(token: string): Caller | Promise<Caller>;
}

/** The policies in force, which may change while the process runs. */
export interface PolicySource {
  readonly current: PolicySet;
}
/** Those of the table. */
export const DEFAULT_POLICY_SOURCE: PolicySource = { current: DEFAULT_POLICIES };

/** A ticket in `Authorization: Bearer …`, which a route may take instead of a token. */
export const BEARER = /^Bearer (.+)$/;

/** Counts a request against the budget of its caller. @throws VolvoxError throttled */
type CountRequest = (caller: Caller, request: FastifyRequest) => void;

/**
 * The hook that authenticates the caller, and counts the request, before anything else of it is read. A request without a valid token counts for
 * its address.
 */
export const authenticate =
  (
    service: Pick<ApiService, 'name' | 'requestIdHeader' | 'scope'>,
    tokens: TokenVerifier,
    policies: PolicySource,
    count: CountRequest,
  ) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.header('x-openstack-request-id', request.id);
    if (service.requestIdHeader !== undefined) reply.header(service.requestIdHeader, request.id);
    const { current } = policies;
    setContext(request, current, NOBODY, '');
    if (isOpen(request)) return count(NOBODY, request);
    const token = request.headers['x-auth-token'];
    const caller = typeof token === 'string' && token !== '' ? await verified(tokens, token) : null;
    count(caller ?? NOBODY, request);
    if (caller === null) throw unauthenticated();
    if (service.scope === 'project' && caller.projectId === '') {
      throw new VolvoxError(
        'forbidden',
        'This needs a token that is scoped to a project. Ask for one with a project as its scope (POST /identity/v3/auth/tokens).',
      );
    }
    const isAdmin = current.isAdmin(adminRuleOf(service.name), caller);
    setContext(request, current, isAdmin === caller.isAdmin ? caller : { ...caller, isAdmin }, String(token));
  };

/** Null for a token that is not valid (any more). */
async function verified(tokens: TokenVerifier, token: string): Promise<Caller | null> {
  try {
    return await tokens.verify(token);
  } catch (error) {
    if (isVolvoxError(error, 'unauthenticated')) return null;
    throw error;
  }
}

/** Whether the route behind a request needs no token. An unknown path needs one, so that anonymous callers cannot find out which paths exist. */
function isOpen(request: FastifyRequest): boolean {
  const { declared } = request.routeOptions.config;
  if (declared === undefined) return false;
  if (declared.document || declared.token === 'none') return true;
  return declared.token === 'ticket' && BEARER.test(request.headers.authorization ?? '');
}

export const unauthenticated = (cause?: unknown): VolvoxError =>
  new VolvoxError('unauthenticated', 'The request you have made requires authentication.', { cause });

/** As in OpenStack: Keystone has a rule of its own for who is an admin. */
const adminRuleOf = (name: ApiService['name']) =>
  name === 'identity' || name === 'federation' ? 'admin_required' : 'context_is_admin';

function setContext(request: FastifyRequest, policies: PolicySet, caller: Caller, token: string): void {
  const global = request.headers['x-openstack-request-id'];
  const globalRequestId = typeof global === 'string' && REQUEST_ID_PATTERN.test(global) ? global : null;
  request.context = { ...caller, policies, requestId: request.id, globalRequestId, token };
}
