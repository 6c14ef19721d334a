import type { FastifyReply, FastifyRequest } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiService } from './api-service.ts';
import { noSuchPath } from './faults.ts';
import { type Microversion, UNVERSIONED } from './microversion.ts';
import { authorize, authorizeSome } from './policy.ts';
import type { RequestContext } from './request-context.ts';
import type { Operation } from './route.ts';

/** The versions of requests that were admitted. */
const versions = new WeakMap<FastifyRequest, Microversion>();

/** The version that an admitted request speaks. */
export const versionOf = (request: FastifyRequest): Microversion => versions.get(request) ?? UNVERSIONED;

/**
 * Decides what the head of a request decides, before its body is read: version, path, and whether its caller may do such a thing at all.
 * @throws VolvoxError invalid, not-found, forbidden; HttpFault 406.
 */
export function admit(service: ApiService, request: FastifyRequest, reply: FastifyReply): void {
  const { declared, base = '' } = request.routeOptions.config;
  if (declared === undefined) return;
  const { microversions } = service;
  const version =
    microversions === undefined || declared.document ? UNVERSIONED : microversions.requested(base, request.headers);
  versions.set(request, version);
  if (microversions !== undefined && !version.legacy && !declared.document) {
    reply.headers(microversions.headers(version));
  }
  checkPath(service, request);
  admitTo(declared, version, request.context, microversions?.major);
}

/** @throws VolvoxError not-found when the version lacks the operation; forbidden when the caller may not do it, whatever the target. */
export function admitTo(operation: Operation, version: Microversion, caller: RequestContext, major = 2): void {
  if (version.minor < (operation.since ?? 0) || version.minor > (operation.until ?? Number.POSITIVE_INFINITY)) {
    const { since, until } = operation;
    const from = since === undefined || since <= 1 ? '' : ` from ${major}.${since}`;
    const to = until === undefined ? '' : ` up to ${major}.${until}`;
    const message = `API version '${major}.${version.minor}' is not supported on this method.`;
    throw new VolvoxError('not-found', `${message} It is offered${from}${to}; choose with OpenStack-API-Version.`);
  }
  // Whoever brings a ticket has no role: the handler checks the ticket.
  if (operation.authorizes === 'handler' && caller.userId === '') return;
  if (operation.authorizes === 'handler') authorizeSome(operation.policy, caller);
  else authorize(operation.policy, caller);
}

function checkPath({ projectInPath, faults }: ApiService, { params, context, method, url }: FastifyRequest): void {
  // The router takes an empty part of a path for a parameter.
  for (const name in params as object) {
    if ((params as Record<string, string>)[name] === '') throw noSuchPath(faults, method, url);
  }
  const { project_id: projectId } = params as { readonly project_id?: string };
  if (projectInPath && projectId !== undefined && projectId !== context.projectId) {
    throw new VolvoxError(
      'invalid',
      `Malformed request URL: URL's project_id '${projectId}' doesn't match Context's project_id '${context.projectId}'`,
    );
  }
}
