import { listCustomClasses } from '#platform/directory/stores/custom-resource-classes.ts';
import { listCustomTraits } from '#platform/directory/stores/custom-traits.ts';
import { STANDARD_TRAITS } from '#platform/objects/standard-traits.ts';
import type { ApiDeps } from '../deps.ts';
import type { Schema } from '../http/validator.ts';
import { badValue } from './errors.ts';

/** The standard resource classes of OpenStack (os-resource-classes 1.1.0), in its order. Hosts have the first three, PCPU, and those of their devices. */
export const STANDARD_CLASSES: readonly string[] = [
  ...['VCPU', 'MEMORY_MB', 'DISK_GB', 'PCI_DEVICE', 'SRIOV_NET_VF'],
  ...['NUMA_SOCKET', 'NUMA_CORE', 'NUMA_THREAD', 'NUMA_MEMORY_MB'],
  ...['IPV4_ADDRESS', 'VGPU', 'VGPU_DISPLAY_HEAD', 'NET_BW_EGR_KILOBIT_PER_SEC', 'NET_BW_IGR_KILOBIT_PER_SEC', 'PCPU'],
  ...['MEM_ENCRYPTION_CONTEXT', 'FPGA', 'PGPU', 'NET_PACKET_RATE_KILOPACKET_PER_SEC'],
  ...['NET_PACKET_RATE_EGR_KILOPACKET_PER_SEC', 'NET_PACKET_RATE_IGR_KILOPACKET_PER_SEC'],
];

/** A name that operators may give to a trait or a resource class. */
export const customName: Schema = { type: 'string', pattern: '^CUSTOM_[A-Z0-9_]+$', minLength: 1, maxLength: 255 };
export const isCustomName = (name: string): boolean => /^CUSTOM_[A-Z0-9_]{1,248}$/.test(name);

type Deps = Pick<ApiDeps, 'directory'>;

export const allTraits = async ({ directory }: Deps): Promise<readonly string[]> =>
  [...STANDARD_TRAITS, ...(await listCustomTraits(directory.read))].sort();
export const allClasses = async ({ directory }: Deps): Promise<readonly string[]> => [
  ...STANDARD_CLASSES,
  ...(await listCustomClasses(directory.read)),
];

/** @throws VolvoxError invalid that names the traits that do not exist. */
export async function requireTraits(deps: Deps, names: readonly string[]): Promise<void> {
  const missing = await unknown(names, STANDARD_TRAITS, () => listCustomTraits(deps.directory.read));
  if (missing.length > 0) throw badValue(`No such trait(s): ${missing.join(', ')}.`);
}

/** @throws VolvoxError invalid that names the resource classes that do not exist. */
export async function requireClasses(deps: Deps, names: readonly string[]): Promise<void> {
  const missing = await unknown(names, STANDARD_CLASSES, () => listCustomClasses(deps.directory.read));
  if (missing.length > 0) {
    throw badValue(`Invalid resource class in resources parameter: No such resource class ${missing.join(', ')}.`);
  }
}

/** Those that are neither standard nor custom; the directory is asked only when a name is not standard. */
async function unknown(
  names: readonly string[],
  standard: readonly string[],
  custom: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const rest = [...new Set(names)].filter((name) => !standard.includes(name));
  if (rest.length === 0) return [];
  const known = new Set(await custom());
  return rest.filter((name) => !known.has(name));
}
