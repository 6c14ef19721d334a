import type { DhcpOption } from '#platform/objects/definitions.ts';
import { isDhcpOption, isDhcpValue } from '#platform/objects/dhcp-options.ts';
import { invalidInput } from '../policy.ts';
import type { RequestedOption } from './schema.ts';

/** No port has more. */
const MAX_OPTIONS = 20;

/**
 * The options of a port after a request: one of a name and version replaces the one before, and a value of null removes it.
 * @throws VolvoxError invalid: no option that hosts serve, a value that their DHCP server could read as more than a value, or too many.
 */
export function changedOptions(
  before: readonly DhcpOption[],
  requested: readonly RequestedOption[],
): readonly DhcpOption[] {
  const keyOf = ({ name, version }: Pick<DhcpOption, 'name' | 'version'>) => `${version} ${name}`;
  const options = new Map(before.map((option) => [keyOf(option), option]));
  for (const { opt_name: name, opt_value: value, ip_version } of requested) {
    const version = Number(ip_version ?? 4) === 6 ? 6 : 4;
    if (value === null) {
      options.delete(keyOf({ name, version }));
      continue;
    }
    if (!isDhcpOption(name, version)) {
      throw invalidInput(
        `Invalid input for extra_dhcp_opts. Reason: '${name}' is not an option of DHCPv${version} that ports may have.`,
      );
    }
    if (!isDhcpValue(value)) {
      throw invalidInput(
        `Invalid input for extra_dhcp_opts. Reason: '${value}' is not a valid value of ${name}: up to 255 printable characters of ASCII without quotes, backslashes and '#'.`,
      );
    }
    options.set(keyOf({ name, version }), { name, value, version });
  }
  if (options.size > MAX_OPTIONS) {
    throw invalidInput(`Invalid input for extra_dhcp_opts. Reason: a port has ${MAX_OPTIONS} of them at most.`);
  }
  return [...options.values()];
}
