import { Counter, Gauge, type Registry } from 'prom-client';
import { REQUEST_KINDS, type RequestKind, type RequestLoad } from './request-load.ts';

const REASONS = [
  'rate',
  'in-flight',
  'password-hashing',
  'key-generation',
  'patterns',
  'image-lists',
  'log-in',
  'connections',
] as const;
type ThrottleReason = (typeof REASONS)[number];
export type CountThrottled = (reason: ThrottleReason) => void;

/** Counts refusals by reason; every reason is shown from the start. */
export function countThrottled(metrics: Registry): CountThrottled {
  const counter = new Counter({
    name: 'volvox_api_throttled_total',
    help: 'Requests (and connections) that were refused because their project, user or address asked for more than its share.',
    labelNames: ['reason'],
    registers: [metrics],
  });
  for (const reason of REASONS) counter.inc({ reason }, 0);
  return (reason) => counter.inc({ reason });
}

export function showLoad(load: RequestLoad, metrics: Registry): void {
  const gauge = (name: string, help: string, of: (kind: RequestKind) => number): Gauge =>
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers: [metrics],
      collect() {
        for (const kind of REQUEST_KINDS) this.set({ kind }, of(kind));
      },
    });
  gauge('volvox_api_requests_in_flight', 'Requests that are worked on now.', (kind) => load(kind).running);
  gauge('volvox_api_requests_waiting', 'Requests that wait for their turn.', (kind) => load(kind).waiting);
}
