import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { newRequestId } from '#platform/logging/request-id.ts';
import { serverTlsOptions } from '#platform/tls/server-options.ts';
import type { TlsFiles } from '#platform/tls/tls-files.ts';
import { serveApis } from './apis.ts';
import { computeService } from './compute/service.ts';
import { versionList } from './compute/versions/version-documents.ts';
import { isForConsole } from './consoles/gateway.ts';
import type { ApiDeps } from './deps.ts';
import { HANDLER_TIMEOUT_MS, HEAD_BOUNDS, ROUTER_OPTIONS } from './http/app-options.ts';
import { computeFaults } from './http/fault-formats.ts';
import { noSuchPath, sendFault } from './http/faults.ts';
import { acceptIdempotencyKeys } from './http/idempotency/accept-keys.ts';
import { tellOfChanges } from './http/tell-of-changes.ts';

/** Clients may ask for other protocols, HTTP/2 for one; only consoles change theirs. */
const HEAD = { ...HEAD_BOUNDS, shouldUpgradeCallback: isForConsole };

/**
 * The whole REST front as one fastify application; nothing listens yet.
 * @param certificate of an HTTPS server; null: plain.
 */
export function buildApi(deps: ApiDeps, certificate: TlsFiles | null = null): FastifyInstance {
  const { trustedProxies } = deps.config;
  const app = Fastify({
    ...(certificate === null ? { http: HEAD } : { https: { ...serverTlsOptions(certificate), ...HEAD } }),
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: newRequestId,
    routerOptions: ROUTER_OPTIONS,
    // Node's bound on receiving a whole request would cut long uploads; a silent connection is cut by `connectionTimeout`.
    requestTimeout: 0,
    connectionTimeout: 130_000,
    keepAliveTimeout: 72_000,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    // Let requests in progress end; idle connections do not keep the process alive.
    forceCloseConnections: 'idle',
    bodyLimit: 1024 * 1024,
    ...(trustedProxies.length > 0 ? { trustProxy: [...trustedProxies] } : {}),
  }) as unknown as FastifyInstance;
  app.decorateRequest('context');
  const identityUrl = `${deps.config.publicUrl}/identity`;
  app.setErrorHandler((error, request, reply) => sendFault(computeFaults, request, reply, error, identityUrl));
  app.setNotFoundHandler((request, reply) =>
    sendFault(computeFaults, request, reply, noSuchPath(computeFaults, request.method, request.url), identityUrl),
  );
  acceptIdempotencyKeys(app, deps);
  tellOfChanges(app, deps);
  // Clients that know only the host find the Compute API first.
  app.get('/', () => versionList(`${deps.config.publicUrl}${computeService.prefix}`));
  serveApis(app, deps);
  return app;
}
