import { Counter, Gauge, type Registry } from 'prom-client';

/** What this process tells about the operator's file. */
export interface PolicyMetrics {
  /** The file was read and is in use. @param rules how many rules it changes. */
  taken(rules: number): void;
  /** The file is wrong, or cannot be read; what was read last stays in use. */
  refused(): void;
}

export function createPolicyMetrics(registers: readonly Registry[]): PolicyMetrics {
  const reads = new Counter({
    name: 'volvox_api_policy_file_reads_total',
    help: 'How often the policy file was read, by result.',
    labelNames: ['result'],
    registers: [...registers],
  });
  for (const result of ['taken', 'refused']) reads.inc({ result }, 0);
  const wrong = new Gauge({
    name: 'volvox_api_policy_file_wrong',
    help: '1 while the policy file on disk is wrong, and an earlier one is in use.',
    registers: [...registers],
  });
  const rules = new Gauge({
    name: 'volvox_api_policy_rules_changed',
    help: 'Rules that the policy file in use changes.',
    registers: [...registers],
  });
  return {
    taken(count) {
      reads.inc({ result: 'taken' });
      wrong.set(0);
      rules.set(count);
    },
    refused() {
      reads.inc({ result: 'refused' });
      wrong.set(1);
    },
  };
}
