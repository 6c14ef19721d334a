import { isVolvoxError, VolvoxError } from '../errors/volvox-error.ts';
import { isYes } from './boolean-text.ts';
import { MAX_CPUS, parseCpuSet } from './cpu-set.ts';
import type { Flavor } from './flavor.ts';
import { EMULATOR_POLICIES, type GuestTopology, THREAD_POLICIES } from './guest-topology.ts';
import { nodeCount, nodesOf } from './requested-nodes.ts';
import { requestedPages } from './requested-pages.ts';

type Specs = Readonly<Record<string, string>>;
type Sized = Pick<Flavor, 'vcpus' | 'ramMb' | 'extraSpecs'>;

const CPU_POLICIES = ['dedicated', 'shared', 'mixed'] as const;
const HYPERTHREADING = /^trait([1-9][0-9]*)?:HW_CPU_HYPERTHREADING$/;

const refusal = (message: string): VolvoxError => new VolvoxError('invalid', message, { blame: 'request' });

/**
 * The NUMA nodes, the pinned CPUs and the pages that a flavor and an image ask for; null: none of these. By Nova's rules (`numa_get_constraints` of
 * nova/virt/hardware.py).
 * @throws VolvoxError invalid, in Nova's words, for what contradicts.
 */
export function requestedTopology(flavor: Sized, image: Specs): GuestTopology | null {
  const { extraSpecs } = flavor;
  const word = <const T extends string>(name: string, values: readonly T[], source: 'flavor' | 'image'): T | null =>
    known(source === 'flavor' ? extraSpecs[`hw:${name}`] : image[`hw_${name}`], values, name, source);
  const asked = cpuPolicy(word('cpu_policy', CPU_POLICIES, 'flavor'), word('cpu_policy', CPU_POLICIES, 'image'));
  const ofFlavor = word('cpu_thread_policy', THREAD_POLICIES, 'flavor');
  const ofImage = word('cpu_thread_policy', THREAD_POLICIES, 'image');
  if (ofFlavor !== null && ofFlavor !== 'prefer' && ofImage !== null && ofImage !== ofFlavor) {
    throw refusal(
      "Image property 'hw_cpu_thread_policy' is not permitted to override CPU thread pinning policy set against the flavor",
    );
  }
  const emulator = known(
    extraSpecs['hw:emulator_threads_policy'],
    EMULATOR_POLICIES,
    'emulator_threads_policy',
    'flavor',
  );
  const realtime = realtimeCpus(flavor, image, emulator !== null);
  const mask = dedicatedMask(flavor);
  const policy = explicitPolicy(flavor, asked, emulator === 'isolate') ?? asked;
  const threads = threadPolicy(ofFlavor ?? ofImage, hyperthreading(extraSpecs, image));
  const isPinned = policy === 'dedicated' || policy === 'mixed';
  if (!isPinned && threads !== null) {
    throw refusal('Cannot set cpu thread pinning policy in a non dedicated cpu pinning policy');
  }
  if (!isPinned && emulator === 'isolate') {
    throw refusal('An isolated CPU emulator threads option requires a dedicated CPU policy option.');
  }
  if (policy !== 'mixed' && mask !== null) {
    throw refusal("Cannot specify 'hw:cpu_dedicated_mask' without the 'mixed' policy.");
  }
  if (!isPinned && realtime !== null) {
    throw refusal('Cannot set realtime policy in a non dedicated cpu pinning policy');
  }
  if (policy === 'mixed' && (realtime === null) === (mask === null)) {
    throw refusal(
      "Dedicated CPU set can be specified from either 'hw:cpu_dedicated_mask' or 'hw:cpu_realtime_mask' when using " +
        "'mixed' CPU policy. 'hw:cpu_dedicated_mask' and 'hw:cpu_realtime_mask' can not be specified at the same " +
        'time, or be specified with none of them.',
    );
  }
  const count = nodeCount(extraSpecs, image);
  const pages = requestedPages(extraSpecs['hw:mem_page_size'], image.hw_mem_page_size);
  if (count === null && pages === null && !isPinned) return null;
  if (flavor.vcpus > MAX_CPUS) throw refusal(`A server with NUMA nodes or pinned CPUs has at most ${MAX_CPUS} CPUs.`);
  const all = cpusOf(flavor);
  const dedicated = policy === 'dedicated' ? all : policy === 'mixed' ? (mask ?? realtime ?? []) : [];
  return { nodes: nodesOf(flavor, image, count ?? 1, new Set(dedicated)), pages, threads, emulator };
}

/** The same of a server that exists. One of an earlier release may ask for what is refused today: it has no topology. */
export function topologyOf(flavor: Sized, image: Specs): GuestTopology | null {
  try {
    return requestedTopology(flavor, image);
  } catch (error) {
    if (isVolvoxError(error, 'invalid')) return null;
    throw error;
  }
}

const cpusOf = ({ vcpus }: Pick<Sized, 'vcpus'>): number[] => Array.from({ length: vcpus }, (_, cpu) => cpu);

function known<const T extends string>(
  value: string | undefined,
  values: readonly T[],
  name: string,
  source: 'flavor' | 'image',
): T | null {
  if (value === undefined || value === '') return null;
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  const available = `[${values.map((one) => `'${one}'`).join(', ')}]`;
  if (name === 'emulator_threads_policy') {
    throw refusal(`CPU emulator threads option requested is invalid, given: '${value}', available: '${available}'.`);
  }
  const what = name === 'cpu_policy' ? 'CPU policy' : 'CPU thread policy';
  const from = source === 'flavor' ? 'flavor extra specs' : 'image properties';
  throw refusal(`${what} requested from '${from}' is invalid, given: '${value}', available: '${available}'.`);
}

type CpuPolicy = (typeof CPU_POLICIES)[number];

function cpuPolicy(flavor: CpuPolicy | null, image: CpuPolicy | null): CpuPolicy | null {
  const isForbidden =
    (flavor === 'mixed' && image === 'dedicated') || (flavor === 'shared' && image !== null && image !== 'shared');
  if (isForbidden) {
    throw refusal(
      "Image property 'hw_cpu_policy' is not permitted to override CPU pinning policy set against the flavor",
    );
  }
  return flavor ?? image;
}

/** The policy that `resources:PCPU` and `resources:VCPU` of a flavor stand for. */
function explicitPolicy({ vcpus, extraSpecs }: Sized, asked: CpuPolicy | null, isolated: boolean): CpuPolicy | null {
  const sum = (resource: string): number =>
    Object.entries(extraSpecs).reduce(
      (total, [key, value]) =>
        new RegExp(`^resources([1-9][0-9]*)?:${resource}$`).test(key) && /^\s*\d+\s*$/.test(value)
          ? total + Number(value)
          : total,
      0,
    );
  const [shared, dedicated] = [sum('VCPU'), sum('PCPU')];
  if (asked !== null && (shared > 0 || dedicated > 0)) {
    throw refusal(
      "It is not possible to use the 'resources:VCPU' or 'resources:PCPU' extra specs in combination with the " +
        "'hw:cpu_policy' extra spec or 'hw_cpu_policy' image metadata property; use one or the other",
    );
  }
  if (shared > 0 && dedicated > 0) {
    throw refusal(
      "It is not possible to specify both 'resources:VCPU' and 'resources:PCPU' extra specs; use one or the other",
    );
  }
  if (dedicated > 0 && isolated && dedicated !== vcpus + 1) {
    throw refusal(
      "You have requested 'hw:emulator_threads_policy=isolate' but have not requested sufficient PCPUs to handle " +
        'this policy; you must allocate exactly flavor.vcpus + 1 PCPUs.',
    );
  }
  if (dedicated > 0 && !isolated && dedicated !== vcpus) {
    throw refusal(
      "There is a mismatch between the number of PCPUs requested via 'resourcesNN:PCPU' and the flavor); you must " +
        'allocate exactly flavor.vcpus PCPUs',
    );
  }
  if (dedicated > 0) return 'dedicated';
  return shared > 0 ? 'shared' : null;
}

function hyperthreading(extraSpecs: Specs, image: Specs): string | null {
  const ofFlavor = Object.entries(extraSpecs).find(([key]) => HYPERTHREADING.test(key))?.[1];
  return ofFlavor ?? (image['trait:HW_CPU_HYPERTHREADING'] === 'required' ? 'required' : null);
}

function threadPolicy(asked: GuestTopology['threads'], trait: string | null): GuestTopology['threads'] {
  if (asked !== null && trait !== null) {
    throw refusal(
      "It is not possible to use the 'trait:HW_CPU_HYPERTHREADING' extra spec in combination with the " +
        "'hw:cpu_thread_policy' extra spec or 'hw_cpu_thread_policy' image metadata property; use one or the other",
    );
  }
  if (trait === 'forbidden') return 'isolate';
  return trait === 'required' ? 'require' : asked;
}

const masked = (mask: string, flavor: Sized): number[] =>
  parseCpuSet(mask.trim().startsWith('^') ? `0-${flavor.vcpus - 1},${mask}` : mask);

function dedicatedMask(flavor: Sized): number[] | null {
  const mask = flavor.extraSpecs['hw:cpu_dedicated_mask'];
  if (!mask) return null;
  const cpus = masked(mask, flavor);
  const inside = cpus.filter((cpu) => cpu < flavor.vcpus).length;
  if (cpus.length === 0 || inside === flavor.vcpus) {
    throw refusal("Mixed instance must have at least 1 pinned vCPU and 1 unpinned vCPU. See 'hw:cpu_dedicated_mask'.");
  }
  if (inside < cpus.length) {
    throw refusal(
      'Mixed instance dedicated vCPU(s) mask is not a subset of vCPUs in the flavor. See "hw:cpu_dedicated_mask"',
    );
  }
  return cpus;
}

/** null: no real time was asked for. */
function realtimeCpus(flavor: Sized, image: Specs, hasEmulatorPolicy: boolean): number[] | null {
  if (!isYes(flavor.extraSpecs['hw:cpu_realtime'])) return null;
  const mask = image.hw_cpu_realtime_mask || flavor.extraSpecs['hw:cpu_realtime_mask'];
  const cpus = mask ? masked(mask, flavor) : cpusOf(flavor);
  if (cpus.some((cpu) => cpu >= flavor.vcpus)) {
    throw refusal(
      'Realtime policy vCPU(s) mask is configured with RT vCPUs that are not a subset of the vCPUs in the flavor. ' +
        'See hw:cpu_realtime_mask or hw_cpu_realtime_mask',
    );
  }
  if (cpus.length === 0 || (cpus.length === flavor.vcpus && !hasEmulatorPolicy)) {
    throw refusal(
      'Use of realtime CPUs requires either one or more non-realtime CPU(s) or offloaded emulator threads.',
    );
  }
  return cpus;
}
