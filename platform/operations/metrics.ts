import { Counter, Gauge, type Registry } from 'prom-client';
import type { OperationObserver } from './engine-options.ts';

/** What one engine shows at `/metrics`: what it works at, what ended under its hands, and what is late in its whole database. */
export function operationMetrics(registry: Registry, active: () => number): OperationObserver {
  const registers = [registry];
  new Gauge({
    name: 'volvox_operations_active',
    help: 'Operations this process works at now.',
    registers,
    collect() {
      this.set(active());
    },
  });
  const ended = new Counter({
    name: 'volvox_operations_ended_total',
    help: 'Operations that ended in this process, by kind and by how (done, undone).',
    labelNames: ['kind', 'state'],
    registers,
  });
  const overdue = new Gauge({
    name: 'volvox_operations_overdue',
    help: 'Operations past their deadline that have not ended, whoever works at them; the same in every process of a database.',
    labelNames: ['kind', 'state'],
    registers,
  });
  return {
    ended: ({ kind, state }) => ended.inc({ kind, state }),
    overdue: (counts) => {
      overdue.reset();
      for (const { kind, state, count } of counts) overdue.set({ kind, state }, count);
    },
  };
}
