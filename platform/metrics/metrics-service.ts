import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import { Gauge, type Registry } from 'prom-client';
import type { Service } from '../lifecycle/service.ts';
import type { Logger } from '../logging/logger.ts';
import { isLoopback } from '../tls/loopback.ts';
import type { TlsSource } from '../tls/material.ts';
import { keepServerRenewed, mutualTlsOptions } from '../tls/server-options.ts';
import { checkPlainListener, PLAIN_ON_LOOPBACK, type Transport } from '../tls/transport.ts';

interface MetricsServiceOptions {
  readonly host: string;
  /** 0: nothing listens. */
  readonly port: number;
  readonly registry: Registry;
  /** Beyond loopback, only peers with a certificate are served. Without TLS files: on loopback only. */
  readonly transport?: Transport;
  readonly log: Logger;
}

/** A scrape that does not end in so long is cut, ms. */
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 16;

/** `GET /metrics` of one process, on a port of its own: it needs no key, and tells outsiders how busy a region is and what it is made of. */
export function metricsService(options: MetricsServiceOptions): Service {
  const { host, port, registry, transport = PLAIN_ON_LOOPBACK, log } = options;
  const files = isLoopback(host) ? null : transport.files;
  if (transport.files !== null) showCertificateEnd(transport.files, registry);
  const answer: RequestListener = (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error) => {
        log.error({ err: error }, 'metrics cannot be collected');
        response.writeHead(500).end();
      },
    );
  };
  const server =
    files === null
      ? createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, answer)
      : createTlsServer({ ...mutualTlsOptions(files), requestTimeout: REQUEST_TIMEOUT_MS }, answer);
  let unwatch: () => void = () => undefined;
  server.maxConnections = MAX_CONNECTIONS;
  return {
    name: 'metrics',
    start: async () => {
      if (port === 0) return;
      if (files === null) checkPlainListener(transport, 'metrics.host', host);
      else if (server instanceof TlsServer) unwatch = keepServerRenewed(server, files);
      await listen(server, host, port);
      log.info(
        { url: `${files === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}/metrics` },
        'metrics are served',
      );
    },
    drain: async () => undefined,
    stop: async () => {
      unwatch();
      if (!server.listening) return;
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

/** When the certificate ends that the process uses now. */
function showCertificateEnd(files: TlsSource, registry: Registry): void {
  new Gauge({
    name: 'volvox_tls_certificate_end_timestamp_seconds',
    help: 'When the TLS certificate of this process ends, seconds since the epoch.',
    registers: [registry],
    collect() {
      this.set(files.current.expiresAt / 1_000);
    },
  });
}

/** @throws Error that names the options. */
const listen = (server: Server | TlsServer, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Error(`cannot listen on metrics.host ${host}, metrics.port ${port}: ${cause.message}`, { cause })),
    );
    server.listen({ host, port, exclusive: true }, resolve);
  });
