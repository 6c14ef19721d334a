import type { FastifyReply, FastifyRequest } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { REQUEST_ID_PATTERN } from '#platform/logging/request-id.ts';
import { type Caller, NOBODY } from '../identity/caller.ts';
import type { ApiService } from './api-service.ts';

/** Returns the owner of a token. @throws VolvoxError unauthenticated when the token is not valid (any more). */
export interface TokenVerifier {
  verify(token: string): Caller | Promise<Caller>;
}

/** A ticket in `Authorization: Bearer …`, which a route may take instead of a token. */
export const BEARER = /^Bearer (.+)$/;

/** The hook that authenticates the caller before anything else of the request is read. */
export const authenticate =
  (service: Pick<ApiService, 'requestIdHeader' | 'scope'>, tokens: TokenVerifier) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.header('x-openstack-request-id', request.id);
    if (service.requestIdHeader !== undefined) reply.header(service.requestIdHeader, request.id);
    setContext(request, NOBODY, '');
    if (isOpen(request)) return;
    const token = request.headers['x-auth-token'];
    if (typeof token !== 'string' || token === '') throw unauthenticated();
    const caller = await tokens.verify(token);
    if (service.scope === 'project' && caller.projectId === '') {
      throw new VolvoxError('forbidden', 'This needs a token that is scoped to a project.');
    }
    setContext(request, caller, token);
  };

/** Whether the route behind a request needs no token. An unknown path needs one, so that anonymous callers cannot find out which paths exist. */
function isOpen(request: FastifyRequest): boolean {
  const { declared } = request.routeOptions.config;
  if (declared === undefined) return false;
  if (declared.document || declared.token === 'none') return true;
  return declared.token === 'ticket' && BEARER.test(request.headers.authorization ?? '');
}

export const unauthenticated = (cause?: unknown): VolvoxError =>
  new VolvoxError('unauthenticated', 'The request you have made requires authentication.', { cause });

function setContext(request: FastifyRequest, caller: Caller, token: string): void {
  const global = request.headers['x-openstack-request-id'];
  const globalRequestId = typeof global === 'string' && REQUEST_ID_PATTERN.test(global) ? global : null;
  request.context = { ...caller, requestId: request.id, globalRequestId, token };
}
