import { Gauge, type Registry } from 'prom-client';

/** How many operations this process works at, asked when the metrics are. */
export function operationMetrics(registry: Registry, active: () => number): void {
  new Gauge({
    name: 'volvox_operations_active',
    help: 'Operations this process works at now.',
    registers: [registry],
    collect() {
      this.set(active());
    },
  });
}
