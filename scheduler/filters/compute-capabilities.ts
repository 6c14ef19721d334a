import { member } from '#platform/objects/member.ts';
import type { HostView } from '../host-view.ts';
import type { Filter } from './filter.ts';
import { matchesSpec } from './match-spec.ts';

const SCOPE = 'capabilities:';
/** The only attribute in which hosts of a kind differ. */
const NODE = 'hypervisor_hostname';

/** The flavor's `capabilities:*` extra specs must match the host: its attributes, its CPU (`cpu_info:arch`), or its capabilities. */
export const computeCapabilities: Filter = {
  name: 'compute-capabilities',
  asksEveryHost: ({ flavorExtraSpecs }) => Object.hasOwn(flavorExtraSpecs, `${SCOPE}${NODE}`),
  question: ({ flavorExtraSpecs }) => {
    const required = Object.entries(flavorExtraSpecs).filter(([key]) => key.startsWith(SCOPE));
    if (required.length === 0) return null;
    return (view) => {
      for (const [key, spec] of required) {
        const values = attribute(view, key.slice(SCOPE.length));
        if (!values.some((value) => matchesSpec(value, spec))) return `it does not have the flavor's ${key}`;
      }
      return null;
    };
  },
};

function attribute({ host }: HostView, name: string): readonly string[] {
  if (name === 'hypervisor_type') return [host.hypervisorType];
  if (name === 'hypervisor_version') return [String(host.hypervisorVersion)];
  if (name === NODE) return [host.node];
  if (name.startsWith('cpu_info:')) {
    const value = member(host.cpuInfo, name.slice('cpu_info:'.length));
    return Array.isArray(value) ? [value.join(' '), ...value.map(String)] : value === undefined ? [] : [String(value)];
  }
  return member(host.capabilities, name) ?? [];
}
