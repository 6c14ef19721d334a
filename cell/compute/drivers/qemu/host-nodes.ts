import { readdir, readFile } from 'node:fs/promises';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { formatCpuSet, parseCpuSet } from '#platform/objects/cpu-set.ts';
import { type HostNode, SMALL_PAGE_KB } from '#platform/objects/host-topology.ts';
import type { CpuLists } from '../../cpu-lists.ts';

/** The kernel's files, sysfs(5). */
const SYSTEM = '/sys/devices/system';
const STATUS = '/proc/self/status';

/**
 * The NUMA nodes of this host, with the CPUs that this process may use; null: the kernel tells of none, so memory cannot be bound to one.
 * @throws VolvoxError invalid when a list of the configuration names a CPU that is not here.
 */
export async function readHostNodes(
  lists: CpuLists,
  system = SYSTEM,
  status = STATUS,
): Promise<readonly HostNode[] | null> {
  const online = await readOrNull(`${system}/node/online`);
  if (online === null) return null;
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(await readFile(status, 'utf8'))?.[1] ?? '';
  const usable = new Set(parseCpuSet(allowed));
  const nodes = await Promise.all(parseCpuSet(online.trim()).map((id) => readNode(system, id, usable, lists)));
  const known = new Set(nodes.flatMap(({ cpus }) => cpus));
  for (const [name, cpus] of [
    ['dedicatedCpus', lists.dedicated],
    ['sharedCpus', lists.shared ?? []],
  ] as const) {
    const missing = cpus.filter((cpu) => !known.has(cpu));
    if (missing.length > 0)
      throw new VolvoxError(
        'invalid',
        `compute.${name} names CPU ${formatCpuSet(missing)}, which this host does not have.`,
      );
  }
  return nodes.map(({ node }) => node);
}

async function readNode(system: string, id: number, usable: ReadonlySet<number>, { dedicated, shared }: CpuLists) {
  const folder = `${system}/node/node${id}`;
  const cpus = parseCpuSet((await readFile(`${folder}/cpulist`, 'utf8')).trim()).filter((cpu) => usable.has(cpu));
  const ramKb = Number(/MemTotal:\s*(\d+) kB/.exec(await readFile(`${folder}/meminfo`, 'utf8'))?.[1] ?? 0);
  const cores = await Promise.all(
    cpus.map(async (cpu) => (await readOrNull(`${system}/cpu/cpu${cpu}/topology/thread_siblings_list`))?.trim() ?? ''),
  );
  const socket = await readOrNull(`${system}/cpu/cpu${cpus[0]}/topology/physical_package_id`);
  const huge = await hugePages(folder);
  const hugeKb = huge.reduce((sum, { sizeKb, total }) => sum + sizeKb * total, 0);
  const small = { sizeKb: SMALL_PAGE_KB, total: Math.max(0, Math.floor((ramKb - hugeKb) / SMALL_PAGE_KB)) };
  const node: HostNode = {
    id,
    dedicated: formatCpuSet(cpus.filter((cpu) => dedicated.includes(cpu))),
    shared: formatCpuSet(cpus.filter((cpu) => (shared === null ? !dedicated.includes(cpu) : shared.includes(cpu)))),
    cores: [...new Set(cores)].filter((core) => parseCpuSet(core).length > 1),
    ramMb: Math.floor(ramKb / 1_024),
    pages: [small, ...huge],
    ...(socket === null || Number(socket) < 0 ? {} : { socket: Number(socket) }),
  };
  return { node, cpus };
}

async function hugePages(folder: string): Promise<HostNode['pages']> {
  const names = await readdir(`${folder}/hugepages`).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const pools = await Promise.all(
    names.map(async (name) => ({
      sizeKb: Number(/^hugepages-(\d+)kB$/.exec(name)?.[1] ?? 0),
      total: Number(await readFile(`${folder}/hugepages/${name}/nr_hugepages`, 'utf8')),
    })),
  );
  return pools.filter(({ sizeKb, total }) => sizeKb > 0 && total > 0).sort((a, b) => a.sizeKb - b.sizeKb);
}

async function readOrNull(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
