import { collectDefaultMetrics, Registry } from 'prom-client';

/** The metrics of one process, which `metricsService` serves. */
export function createMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
