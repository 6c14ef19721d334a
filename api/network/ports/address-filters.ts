import type { AddressFilter } from '#platform/directory/stores/port-addresses.ts';
import { canonicalIp } from '../canonical.ts';

/** Reads `fixed_ips=ip_address=10.0.0.5,subnet_id=…`, as the query schema lets it through. */
export function addressFilters(values: readonly string[]): readonly AddressFilter[] {
  return values
    .flatMap((value) => value.split(','))
    .map((part): AddressFilter => {
      const at = part.indexOf('=');
      const key = part.slice(0, at);
      const value = part.slice(at + 1);
      if (key === 'subnet_id') return { of: 'subnet', value };
      if (key === 'ip_address') return { of: 'address', value: canonicalIp(value) };
      return { of: 'part of address', value };
    });
}
