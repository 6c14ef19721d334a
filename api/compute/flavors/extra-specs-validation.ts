import { VolvoxError } from '#platform/errors/volvox-error.ts';

/**
 * From 2.86 the extra specs of known namespaces are checked: an unknown key in one of them, or a value that its key does not
 * take, is refused; keys of other namespaces are the operator's own. The table has what nova documents
 * (doc/source/configuration/extra-specs.rst), each key as a pattern.
 */
type Check =
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  | Text;
type Text =
  | { readonly kind: 'text'; readonly pattern?: RegExp }
  | { readonly kind: 'one-of'; readonly values: readonly string[] };

const integer = (min?: number, max?: number): Check => ({
  kind: 'integer',
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});
const yesNo: Check = { kind: 'boolean' };
const anyText: Check = { kind: 'text' };
const text = (pattern: RegExp): Check => ({ kind: 'text', pattern });
const oneOf = (...values: readonly string[]): Check => ({ kind: 'one-of', values });

const CPU_SET = /^\^?\d+((-\d+)?(,\^?\d+(-\d+)?)?)*$/;

const KNOWN: readonly (readonly [RegExp, Check])[] = [
  [/^accel:device_profile$/, anyText],
  [/^aggregate_instance_extra_specs:.+$/, anyText],
  [/^capabilities:.+$/, anyText],
  [/^group_policy$/, oneOf('isolate', 'none')],
  [/^hide_hypervisor_id$/, yesNo],
  [/^hw:boot_menu$/, yesNo],
  [/^hw:cpu_cores$/, integer(1)],
  [/^hw:cpu_dedicated_mask$/, text(CPU_SET)],
  [/^hw:cpu_max_cores$/, integer(1)],
  [/^hw:cpu_max_sockets$/, integer(1)],
  [/^hw:cpu_max_threads$/, integer(1)],
  [/^hw:cpu_policy$/, oneOf('dedicated', 'shared', 'mixed')],
  [/^hw:cpu_realtime$/, yesNo],
  [/^hw:cpu_realtime_mask$/, text(CPU_SET)],
  [/^hw:cpu_sockets$/, integer(1)],
  [/^hw:cpu_thread_policy$/, oneOf('prefer', 'isolate', 'require')],
  [/^hw:cpu_threads$/, integer(1)],
  [/^hw:emulator_threads_policy$/, oneOf('isolate', 'share')],
  [/^hw:ephemeral_encryption$/, yesNo],
  [/^hw:ephemeral_encryption_format$/, oneOf('luks')],
  [/^hw:hide_hypervisor_id$/, yesNo],
  [/^hw:locked_memory$/, yesNo],
  [/^hw:maxphysaddr_bits$/, integer(0)],
  [/^hw:maxphysaddr_mode$/, oneOf('passthrough', 'emulate')],
  [/^hw:mem_encryption$/, yesNo],
  [/^hw:mem_encryption_model$/, oneOf('amd-sev', 'amd-sev-es')],
  [/^hw:mem_page_size$/, text(/^(large|small|any|\d+([kKMG]i?)?(B|b(it)?)?)$/)],
  [/^hw:numa_cpus\.\d+$/, text(CPU_SET)],
  [/^hw:numa_mem\.\d+$/, integer(1)],
  [/^hw:numa_nodes$/, integer(1)],
  [/^hw:pci_numa_affinity_policy$/, oneOf('required', 'preferred', 'legacy', 'socket')],
  [/^hw:pmem$/, anyText],
  [/^hw:pmu$/, yesNo],
  [/^hw:serial_port_count$/, integer(0)],
  [/^hw:sound_model$/, anyText],
  [/^hw:time_.+$/, anyText],
  [/^hw:tpm_model$/, oneOf('tpm-tis', 'tpm-crb')],
  [/^hw:tpm_secret_security$/, oneOf('user', 'host', 'deployment')],
  [/^hw:tpm_version$/, oneOf('1.2', '2.0')],
  [/^hw:usb_model$/, anyText],
  [/^hw:vif_multiqueue_enabled$/, yesNo],
  [/^hw:viommu_model$/, oneOf('intel', 'smmuv3', 'virtio', 'auto')],
  [/^hw:virtio_packed_ring$/, yesNo],
  [/^hw:watchdog_action$/, oneOf('none', 'pause', 'poweroff', 'reset', 'disabled')],
  [/^hw_rng:allowed$/, yesNo],
  [/^hw_rng:rate_bytes$/, integer(0)],
  [/^hw_rng:rate_period$/, integer(0)],
  [/^hw_video:ram_max_mb$/, integer(0)],
  [/^os:monitors$/, integer(0)],
  [/^os:resolution$/, text(/^\d+x\d+$/)],
  [/^os:secure_boot$/, oneOf('required', 'disabled', 'optional')],
  [/^os:vram$/, integer(0)],
  [/^pci_passthrough:alias$/, text(/^[^:]+:\d+(,\s*[^:]+:\d+)*$/)],
  [/^powervm:.+$/, anyText],
  [/^quota:cpu_(quota|period|shares|limit|reservation|shares_share)$/, integer()],
  [/^quota:cpu_shares_level$/, oneOf('low', 'normal', 'high', 'custom')],
  [/^quota:disk_io_(limit|reservation|shares_share)$/, integer(0)],
  [/^quota:disk_io_shares_level$/, oneOf('low', 'normal', 'high', 'custom')],
  [/^quota:disk_(read|write|total)_(bytes|iops)_sec(_max)?(_length)?$/, integer(0)],
  [/^quota:memory_(limit|reservation|shares_share)$/, integer(0)],
  [/^quota:memory_shares_level$/, oneOf('low', 'normal', 'high', 'custom')],
  [/^quota:vif_(inbound|outbound)_(average|peak|burst)$/, integer(0)],
  [/^quota:vif_(limit|reservation|shares_share)$/, integer(0)],
  [/^quota:vif_shares_level$/, oneOf('low', 'normal', 'high', 'custom')],
  [/^resources([a-zA-Z0-9_-]{0,64})?:(VCPU|MEMORY_MB|DISK_GB|[A-Z0-9_]+)$/, integer(0)],
  [/^trait([a-zA-Z0-9_-]{0,64})?:[A-Z0-9_]+$/, oneOf('required', 'forbidden')],
  [/^vmware:.+$/, anyText],
];

/** Namespaces in which every key must be in the table. */
const NAMESPACES = /^(accel|hw|hw_rng|hw_video|os|pci_passthrough|quota|resources[^:]*|trait[^:]*)(:|$)/;
const BOOLEANS = /^(1|t|true|on|y|yes|0|f|false|off|n|no)$/i;

/** @throws VolvoxError invalid, naming the key or the value. */
export function checkExtraSpecs(specs: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(specs)) {
    const problem = problemOf(key, value);
    if (problem !== null) throw new VolvoxError('invalid', `Validation failed; ${problem}`);
  }
}

function problemOf(key: string, value: string): string | null {
  const known = KNOWN.find(([pattern]) => pattern.test(key));
  if (known === undefined)
    return NAMESPACES.test(key) ? `extra spec '${key}' does not appear to be a valid extra spec.` : null;
  const problem = problemOfValue(known[1], value);
  return problem === null ? null : `'${value}' ${problem}`;
}

function problemOfValue(check: Check, value: string): string | null {
  switch (check.kind) {
    case 'integer':
      if (!/^\s*[+-]?\d+\s*$/.test(value)) return 'is not a valid integer value.';
      if (check.max !== undefined && Number(value) > check.max)
        return `is greater than the max value of '${check.max}'.`;
      if (check.min !== undefined && Number(value) < check.min) return `is less than the min value of '${check.min}'.`;
      return null;
    case 'boolean':
      return BOOLEANS.test(value.trim()) ? null : 'is not a valid boolean-like value.';
    case 'one-of':
      return check.values.includes(value) ? null : `is not one of: ${check.values.join(', ')}.`;
    case 'text':
      return check.pattern?.test(value) === false ? `is not of the format '${check.pattern.source}'.` : null;
  }
}
