import type { Server as TlsServer } from 'node:tls';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Service } from '../lifecycle/service.ts';
import type { Logger } from '../logging/logger.ts';
import { keepServerRenewed, mutualTlsOptions } from '../tls/server-options.ts';
import { checkPlainListener, PLAIN_ON_LOOPBACK, type Transport } from '../tls/transport.ts';
import { admitWithoutCertificate } from './without-certificate.ts';

export interface HttpServiceOptions {
  readonly name: string;
  readonly host: string;
  /** 0: a free one; `address()` tells which. */
  readonly port: number;
  /** With TLS files only peers with a certificate are served. Otherwise: plain, on loopback only. */
  readonly transport?: Transport;
  /** The option that gives `host`, for errors: `conductor.listenHost`. */
  readonly hostOption?: string;
  /**
   * The routes that peers without a certificate may use; empty: they cannot even connect. Every other route refuses them before anything else is
   * looked at.
   */
  readonly withoutCertificate?: readonly string[];
  readonly log: Logger;
  /** Adds the routes. */
  readonly routes: (app: FastifyInstance) => Promise<void> | void;
  /** Whether the process is ready for work, for `/readyz`. */
  readonly ready?: () => Promise<boolean> | boolean;
}

export interface HttpService extends Service {
  /** `http://127.0.0.1:8780`, `https:` with TLS; only after `start`. */
  address(): string;
}

/** An HTTP server as a Service, with `/healthz` (the process lives) and `/readyz` (it wants work). */
export function createHttpService(options: HttpServiceOptions): HttpService {
  let draining = false;
  let url: string | undefined;
  const { transport = PLAIN_ON_LOOPBACK, withoutCertificate = [] } = options;
  const { files } = transport;
  let unwatch: () => void = () => undefined;
  const app = Fastify({
    ...(files === null ? {} : { https: mutualTlsOptions(files, withoutCertificate.length === 0) }),
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 120_000,
    connectionTimeout: 130_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: true,
    bodyLimit: 1024 * 1024,
    // Peers send maps whose keys users have chosen: `__proto__` and `constructor` are keys as any other, and JSON.parse makes them own ones.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
  });
  if (files !== null && withoutCertificate.length > 0) {
    admitWithoutCertificate(app as unknown as FastifyInstance, withoutCertificate);
  }
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const ready = !draining && ((await options.ready?.()) ?? true);
    return reply.code(ready ? 200 : 503).send({ ready });
  });
  return {
    name: options.name,
    address: () => {
      if (url === undefined) throw new Error(`${options.name} is not listening`);
      return url;
    },
    start: async () => {
      if (files === null)
        checkPlainListener(transport, options.hostOption ?? `the host of ${options.name}`, options.host);
      else unwatch = keepServerRenewed(app.server as unknown as TlsServer, files);
      await options.routes(app as unknown as FastifyInstance);
      url = await app.listen({ host: options.host, port: options.port });
    },
    drain: async () => {
      draining = true;
    },
    stop: async () => {
      unwatch();
      await app.close();
    },
  };
}
