import { Counter, type Registry } from 'prom-client';

/** What becomes of a request with an `Idempotency-Key`. */
const OUTCOMES = ['begun', 'answered', 'other-request', 'in-flight', 'lost'] as const;
export type CountKeyed = (outcome: (typeof OUTCOMES)[number]) => void;

/** Counts requests with a key by what became of them; every outcome is shown from the start. */
export function countKeyed(metrics: Registry): CountKeyed {
  const counter = new Counter({
    name: 'volvox_api_idempotency_keys_total',
    help: 'Requests with an Idempotency-Key: begun, answered from an earlier one, refused as another request, while in flight, or because an answer is lost.',
    labelNames: ['outcome'],
    registers: [metrics],
  });
  for (const outcome of OUTCOMES) counter.inc({ outcome }, 0);
  return (outcome) => counter.inc({ outcome });
}
