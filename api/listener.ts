import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Service } from '#platform/lifecycle/service.ts';

export interface ListenerOptions {
  readonly app: FastifyInstance;
  readonly host: string;
  readonly port: number;
  readonly metrics: Registry;
  /** Whether what every request needs answers now. */
  readonly ready: () => Promise<boolean>;
}

/** The REST front as a Service: `/healthz`, `/readyz` and `/metrics` besides the APIs; readiness goes false before the door closes. */
export function createListener({ app, host, port, metrics, ready }: ListenerOptions): Service {
  let draining = false;
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const wanted = !draining && (await ready());
    return reply.code(wanted ? 200 : 503).send({ ready: wanted });
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  return {
    name: 'api',
    start: async () => {
      await app.listen({ host, port });
    },
    drain: async () => {
      draining = true;
    },
    stop: async () => {
      await app.close();
    },
  };
}
