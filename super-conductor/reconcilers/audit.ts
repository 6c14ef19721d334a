import { Audit } from '#platform/audit/audit.ts';
import type { AuditMetrics } from '#platform/audit/audit-metrics.ts';
import { createFindingStore } from '#platform/audit/finding-store.ts';
import { noteAuditRound } from '#platform/directory/stores/audit-rounds.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { directoryAuditors } from '../auditors/index.ts';
import type { GlobalDeps } from '../deps.ts';

type Deps = Pick<GlobalDeps, 'directory' | 'cells' | 'clock'>;

/** Compares what must agree in the directory, and between it and the cells (docs/auditors.md). */
export function auditReconciler(deps: Deps, metrics: AuditMetrics, everyMs: number, log: Logger): Reconciler {
  const audit = new Audit({
    auditors: directoryAuditors(deps, log),
    findings: createFindingStore(deps.directory),
    metrics,
    clock: deps.clock,
    log,
  });
  return {
    name: 'audit',
    everyMs,
    reconcile: async () => {
      await audit.round();
      await noteAuditRound(deps.directory, deps.clock.now());
    },
  };
}
