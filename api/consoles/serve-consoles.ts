import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { ApiDeps } from '../deps.ts';
import { ConsoleGateway } from './gateway.ts';
import { consoleMetrics } from './metrics.ts';
import { serveConsolePage } from './serve-page.ts';

/** Consoles on the address of the REST API: a page for screens, and WebSockets. To be called before the application listens. */
export function serveConsoles(app: FastifyInstance, deps: ApiDeps, metrics: Registry): void {
  const { publicUrl, allowedOrigins } = deps.consoles;
  serveConsolePage(app, { publicUrl: publicUrl || deps.config.publicUrl, frameOrigins: allowedOrigins });
  new ConsoleGateway(deps, consoleMetrics(metrics)).serve(app);
}
