import { VolvoxError } from '../errors/volvox-error.ts';
import { formatCpuSet, parseCpuSet } from './cpu-set.ts';
import type { Flavor } from './flavor.ts';
import { type GuestNode, MAX_NODES } from './guest-topology.ts';

type Specs = Readonly<Record<string, string>>;
type Sized = Pick<Flavor, 'vcpus' | 'ramMb' | 'extraSpecs'>;

const refusal = (message: string): VolvoxError => new VolvoxError('invalid', message, { blame: 'request' });
const cpusOf = (vcpus: number): number[] => Array.from({ length: vcpus }, (_, cpu) => cpu);
const overrides = (name: string): VolvoxError =>
  refusal(`Image property '${name}' is not permitted to override NUMA configuration set against the flavor`);

/** How many NUMA nodes a flavor or an image asks for; null: it does not say. @throws VolvoxError invalid in Nova's words. */
export function nodeCount(extraSpecs: Specs, image: Specs): number | null {
  const [ofFlavor, ofImage] = [extraSpecs['hw:numa_nodes'], image.hw_numa_nodes];
  if (ofFlavor && ofImage) throw overrides('hw_numa_nodes');
  const text = ofFlavor || ofImage;
  if (!text) return null;
  const count = Number(text);
  if (!/^\s*\d+\s*$/.test(text) || count < 1) {
    throw refusal(`The property 'numa_nodes' cannot be '${text}'. It must be a number greater than 0`);
  }
  return count;
}

/** The values of `hw:numa_cpus.0`, `hw:numa_cpus.1`, …; null: there is none. */
function perNode(extraSpecs: Specs, image: Specs, name: 'numa_cpus' | 'numa_mem'): readonly string[] | null {
  const list = (specs: Specs, key: string): readonly string[] | null => {
    const values: string[] = [];
    for (let node = 0; node < MAX_NODES; node++) {
      const value = specs[`${key}.${node}`];
      if (value === undefined) break;
      values.push(value);
    }
    return values.length === 0 ? null : values;
  };
  const [ofFlavor, ofImage] = [list(extraSpecs, `hw:${name}`), list(image, `hw_${name}`)];
  if (ofFlavor !== null && ofImage !== null) throw overrides(`hw_${name}`);
  return ofFlavor ?? ofImage;
}

/**
 * The nodes of a guest, of which these CPUs are dedicated: as `hw:numa_cpus.N` and `hw:numa_mem.N` say, or all alike.
 * @throws VolvoxError invalid in Nova's words.
 */
export function nodesOf(flavor: Sized, image: Specs, count: number, dedicated: ReadonlySet<number>): GuestNode[] {
  const cpuLists = perNode(flavor.extraSpecs, image, 'numa_cpus');
  const memory = perNode(flavor.extraSpecs, image, 'numa_mem');
  const nodeOf = (cpus: readonly number[], ramMb: number): GuestNode => ({
    cpus: formatCpuSet(cpus),
    dedicated: formatCpuSet(cpus.filter((cpu) => dedicated.has(cpu))),
    ramMb,
  });
  if (cpuLists === null && memory === null) {
    if (count > flavor.vcpus || flavor.vcpus % count > 0 || flavor.ramMb % count > 0 || count > MAX_NODES) {
      throw refusal(
        'Instance CPUs and/or memory cannot be evenly distributed across instance NUMA nodes. Explicit assignment of ' +
          'CPUs and memory to nodes is required',
      );
    }
    const each = flavor.vcpus / count;
    const cpus = cpusOf(flavor.vcpus);
    return Array.from({ length: count }, (_, node) =>
      nodeOf(cpus.slice(node * each, (node + 1) * each), flavor.ramMb / count),
    );
  }
  if (cpuLists?.length !== count || memory?.length !== count) {
    throw refusal('CPU and memory allocation must be provided for all NUMA nodes');
  }
  return manualNodes(flavor, cpuLists.map(parseCpuSet), memory.map(megabytes), nodeOf);
}

function megabytes(text: string): number {
  if (!/^\s*\d{1,12}\s*$/.test(text)) throw refusal(`Invalid memory of a NUMA node: '${text}' is no number of MiB.`);
  return Number(text);
}

function manualNodes(
  { vcpus, ramMb }: Sized,
  cpus: readonly (readonly number[])[],
  memory: readonly number[],
  nodeOf: (cpus: readonly number[], ramMb: number) => GuestNode,
): GuestNode[] {
  const seen = new Set<number>();
  for (const cpu of cpus.flat()) {
    if (cpu >= vcpus) throw refusal(`CPU number ${cpu} is larger than max ${vcpus - 1}`);
    if (seen.has(cpu)) throw refusal(`CPU number ${cpu} is assigned to two nodes`);
    seen.add(cpu);
  }
  const rest = cpusOf(vcpus).filter((cpu) => !seen.has(cpu));
  if (rest.length > 0) throw refusal(`CPU number {${rest.join(', ')}} is not assigned to any node`);
  const total = memory.reduce((sum, mb) => sum + mb, 0);
  if (total !== ramMb) throw refusal(`${total} MB of memory assigned, but expected ${ramMb} MB`);
  return cpus.map((list, node) => nodeOf(list, memory[node] as number));
}
