import { Counter, Gauge, type Registry } from 'prom-client';
import type { AuditKind } from '../objects/audit-kinds.ts';

/** The metrics of a process's auditors. */
export interface AuditMetrics {
  differences(kind: AuditKind, count: number): void;
  repaired(kind: AuditKind): void;
}

export function auditMetrics(registry: Registry): AuditMetrics {
  const differences = new Gauge({
    name: 'volvox_audit_differences',
    help: 'Differences that the auditors show and did not repair, by kind.',
    labelNames: ['kind'],
    registers: [registry],
  });
  const repaired = new Counter({
    name: 'volvox_audit_repaired_total',
    help: 'Differences that the auditors repaired, by kind.',
    labelNames: ['kind'],
    registers: [registry],
  });
  return {
    differences: (kind, count) => differences.set({ kind }, count),
    repaired: (kind) => repaired.inc({ kind }),
  };
}
