import { Audit } from '#platform/audit/audit.ts';
import type { AuditMetrics } from '#platform/audit/audit-metrics.ts';
import { createFindingStore } from '#platform/audit/finding-store.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { cellAuditors } from '../auditors/index.ts';
import type { ConductorParts } from '../parts.ts';

/** Compares the records of the cell that must agree, and repairs or shows the differences (docs/auditors.md). */
export function auditReconciler(parts: ConductorParts, metrics: AuditMetrics, everyMs: number): Reconciler {
  const { clock, log, database } = parts;
  const audit = new Audit({
    auditors: cellAuditors(parts),
    findings: createFindingStore(database),
    metrics,
    clock,
    log,
  });
  return { name: 'audit', everyMs, reconcile: () => audit.round() };
}
