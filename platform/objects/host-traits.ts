import type { Host } from './host.ts';
import { STANDARD_TRAITS } from './standard-traits.ts';

const KNOWN: ReadonlySet<string> = new Set(STANDARD_TRAITS);

/** The begin of the trait for each value of a capability. */
const OF_CAPABILITIES: Readonly<Record<string, string>> = {
  architectures: 'COMPUTE_ARCH_',
  diskBuses: 'COMPUTE_STORAGE_BUS_',
  nicModels: 'COMPUTE_NET_VIF_MODEL_',
  videoModels: 'COMPUTE_GRAPHICS_MODEL_',
  firmwareTypes: 'COMPUTE_FIRMWARE_',
  cpuThreading: 'HW_CPU_',
};

type Described = Pick<Host, 'enabled' | 'capabilities' | 'cpuInfo'>;

/** What a host says of itself as standard traits, in alphabetical order. Pure. */
export function traitsOfHost({ enabled, capabilities, cpuInfo }: Described): readonly string[] {
  const capable = Object.entries(OF_CAPABILITIES).flatMap(([name, begin]) =>
    (capabilities[name] ?? []).map((value) => `${begin}${traitWord(value)}`),
  );
  const features = Array.isArray(cpuInfo.features) ? cpuInfo.features : [];
  const processor = features.map((feature) => `HW_CPU_X86_${traitWord(String(feature))}`);
  const arch = typeof cpuInfo.arch === 'string' ? [`HW_ARCH_${traitWord(cpuInfo.arch)}`] : [];
  const status = enabled ? [] : ['COMPUTE_STATUS_DISABLED'];
  const all = new Set(['COMPUTE_NODE', ...status, ...capable, ...arch, ...processor]);
  return [...all].filter((trait) => KNOWN.has(trait)).sort();
}

const traitWord = (value: string): string => value.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
