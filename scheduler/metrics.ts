import { Counter, Histogram, type Registry } from 'prom-client';

export interface SchedulerMetrics {
  readonly decisions: Counter<'outcome'>;
  readonly duration: Histogram;
}

export const schedulerMetrics = (registry: Registry): SchedulerMetrics => ({
  decisions: new Counter({
    name: 'volvox_scheduler_decisions_total',
    help: 'Scheduling decisions, by outcome.',
    labelNames: ['outcome'],
    registers: [registry],
  }),
  duration: new Histogram({
    name: 'volvox_scheduler_decision_seconds',
    help: 'Duration of one decision, in seconds.',
    buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05],
    registers: [registry],
  }),
});
