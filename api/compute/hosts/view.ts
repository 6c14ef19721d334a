import type { Flavor } from '#platform/objects/flavor.ts';
import type { Host } from '#platform/objects/host.ts';

interface Resource {
  readonly host: string;
  /** A project's id, or one of the three sums. */
  readonly project: string;
  readonly cpu: number;
  readonly memory_mb: number;
  readonly disk_gb: number;
}

/** What the view needs of a server on the host. */
interface HostedFlavor {
  readonly projectId: string;
  readonly flavor: Pick<Flavor, 'vcpus' | 'ramMb' | 'diskGb' | 'ephemeralGb'>;
}

/**
 * Capacity, use, and what the flavors of the servers add up to, for all and by project. Sizes are MiB of memory and GiB of disk; memory in use
 * counts what is reserved for the host itself, as in `os-hypervisors`.
 */
export function resourcesOf(host: Host, servers: readonly HostedFlavor[]): readonly { readonly resource: Resource }[] {
  const { name, total, used, reserved } = host;
  const byProject = new Map<string, Resource>();
  for (const server of servers) {
    const { projectId } = server;
    byProject.set(projectId, plus(byProject.get(projectId) ?? nothing(name, projectId), server));
  }
  const sum = (project: string, cpu: number, memory: number, disk: number): Resource => ({
    ...{ host: name, project, cpu, memory_mb: memory, disk_gb: disk },
  });
  return [
    sum('(total)', total.vcpus, total.ramMb, total.diskGb),
    sum('(used_now)', used.vcpus, used.ramMb + reserved.ramMb, used.diskGb),
    servers.reduce(plus, nothing(name, '(used_max)')),
    ...byProject.values(),
  ].map((resource) => ({ resource }));
}

const nothing = (host: string, project: string): Resource => ({ host, project, cpu: 0, memory_mb: 0, disk_gb: 0 });

const plus = (sum: Resource, { flavor }: HostedFlavor): Resource => ({
  ...sum,
  cpu: sum.cpu + flavor.vcpus,
  memory_mb: sum.memory_mb + flavor.ramMb,
  disk_gb: sum.disk_gb + flavor.diskGb + flavor.ephemeralGb,
});
