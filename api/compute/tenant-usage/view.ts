import type { Instance } from '#platform/objects/instance.ts';
import { timestamp } from '#platform/time/clock.ts';
import { naiveTime, naiveTimeOrNull } from '../naive-time.ts';
import type { Period } from './period.ts';

const HOUR_MS = 3_600_000;

interface ServerUsage {
  readonly instance_id: string;
  readonly hours: number;
  readonly memory_mb: number;
  readonly local_gb: number;
  readonly vcpus: number;
  readonly [name: string]: unknown;
}

/** What one server has used in the period. `launchedAt` is set: others have used nothing, and are not asked for. */
function serverUsage(instance: Instance, { start, end }: Period, now: number): ServerUsage {
  const { flavor, launchedAt, terminatedAt } = instance;
  const began = launchedAt === null ? end : Date.parse(launchedAt);
  const ended = terminatedAt === null ? null : Date.parse(terminatedAt);
  const ms = Math.min(end, ended ?? end) - Math.max(start, began);
  return {
    instance_id: instance.uuid,
    name: instance.name,
    tenant_id: instance.projectId,
    flavor: flavor.name,
    hours: Math.max(0, ms) / HOUR_MS,
    memory_mb: flavor.ramMb,
    local_gb: flavor.diskGb + flavor.ephemeralGb,
    vcpus: flavor.vcpus,
    started_at: naiveTime(timestamp(began)),
    ended_at: naiveTimeOrNull(terminatedAt),
    state: ended === null ? instance.vmState : 'terminated',
    uptime: Math.max(0, Math.floor(((ended ?? now) - began) / 1_000)),
  };
}

/** One sum for each project, in the order of the servers. */
export function tenantUsages(
  instances: readonly Instance[],
  period: Period,
  now: number,
  detailed: boolean,
): unknown[] {
  const byProject = Map.groupBy(instances, ({ projectId }) => projectId);
  return [...byProject].map(([projectId, servers]) => {
    const usages = servers.map((instance) => serverUsage(instance, period, now));
    const sum = (of: (usage: ServerUsage) => number) => usages.reduce((all, usage) => all + of(usage) * usage.hours, 0);
    return {
      tenant_id: projectId,
      ...(detailed ? { server_usages: usages } : {}),
      total_local_gb_usage: sum((usage) => usage.local_gb),
      total_vcpus_usage: sum((usage) => usage.vcpus),
      total_memory_mb_usage: sum((usage) => usage.memory_mb),
      total_hours: sum(() => 1),
      start: naiveTime(timestamp(period.start)),
      stop: naiveTime(timestamp(period.end)),
    };
  });
}
