import type { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';
import type { Service } from '#platform/lifecycle/service.ts';
import { keepServerRenewed } from '#platform/tls/server-options.ts';
import type { TlsFiles } from '#platform/tls/tls-files.ts';
import { checkPlainListener, type Transport } from '#platform/tls/transport.ts';

interface ListenerOptions {
  readonly app: FastifyInstance;
  readonly host: string;
  readonly port: number;
  /** The certificate for clients; null: plain. The application was made for it (`buildApi`). */
  readonly certificate: TlsFiles | null;
  readonly transport: Transport;
  readonly metrics: Registry;
  /** Whether the services that every request needs answer now. */
  readonly ready: () => Promise<boolean>;
}

/**
 * Connections that the kernel takes while this process is busy; it takes no more than net.core.somaxconn (4096 by default). A connection beyond
 * them is neither served nor refused: its client sends again after 1, 2, 4, … s, up to a minute.
 */
const BACKLOG = 4_096;

/** The REST front as a Service: `/healthz` and `/readyz` besides the APIs; readiness goes false before the door closes. */
export function createListener(options: ListenerOptions): Service {
  const { app, host, port, certificate, transport, metrics, ready } = options;
  let draining = false;
  let unwatch: () => void = () => undefined;
  measureRequests(app, metrics);
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const isReady = !draining && (await ready());
    return reply.code(isReady ? 200 : 503).send({ ready: isReady });
  });
  return {
    name: 'api',
    start: async () => {
      if (certificate === null) checkPlainListener(transport, 'api.host', host, 'api.certFile and api.keyFile');
      else unwatch = watchCertificate(app.server as unknown as TlsServer, certificate);
      await app.listen({ host, port, backlog: BACKLOG });
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

function watchCertificate(server: TlsServer, certificate: TlsFiles): () => void {
  const end = keepServerRenewed(server, certificate);
  certificate.watch();
  return () => {
    certificate.unwatch();
    end();
  };
}

function measureRequests(app: FastifyInstance, metrics: Registry): void {
  const seconds = new Histogram({
    name: 'volvox_api_request_seconds',
    help: 'How long requests took, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [metrics],
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const labels = { method, route: routeOptions.url ?? 'none', status: String(reply.statusCode) };
    seconds.observe(labels, reply.elapsedTime / 1_000);
    request.log.debug({ ...labels, ms: reply.elapsedTime }, 'answered');
  });
}
