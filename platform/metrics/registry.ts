import { collectDefaultMetrics, Registry } from 'prom-client';

/** The metrics of one process, served at `/metrics` by its HTTP server. */
export function createMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
