import { type PortForwardingRecord, portRange } from '#platform/directory/stores/port-forwardings.ts';
import type { VolvoxError } from '#platform/errors/volvox-error.ts';
import { invalidInput } from '../../policy.ts';

const MAX_PORT = 65_535;

export const badForwarding = (why: string): VolvoxError =>
  invalidInput(`Bad port_forwarding request: ${why}.`, 'BadRequest');

/**
 * The ports of one side as text, `80:80`: from a number or a range, not both. Pure.
 * @returns undefined when neither is given. @throws VolvoxError invalid, naming the member.
 */
export function readPorts(
  side: 'internal' | 'external',
  port: number | null | undefined,
  range: string | null | undefined,
): string | undefined {
  const given = range ?? undefined;
  if (given === undefined) return typeof port === 'number' ? `${port}:${port}` : undefined;
  if (typeof port === 'number') throw badForwarding(`${side}_port and ${side}_port_range cannot be specified together`);
  const { min, max } = portRange(given);
  if (/^\d{1,5}(:\d{1,5})?$/.test(given) && min >= 1 && min <= max && max <= MAX_PORT) return `${min}:${max}`;
  throw badForwarding(
    `Invalid port range '${given}' (${side}_port_range): expected FIRST:LAST between 1 and ${MAX_PORT}`,
  );
}

/** @throws VolvoxError invalid unless there is one port inside, or as many as outside. */
export function requireFit(externalPorts: string, internalPorts: string): void {
  const [outside, inside] = [sizeOf(externalPorts), sizeOf(internalPorts)];
  if (inside === 1 || inside === outside) return;
  throw badForwarding(
    `Invalid ranges of internal and/or external ports: internal_port_range ${internalPorts} has ${inside} ports; expected 1, or ${outside} as external_port_range ${externalPorts}`,
  );
}

function sizeOf(text: string): number {
  const { min, max } = portRange(text);
  return max - min + 1;
}

/** How many ports of a range lead to ports of other numbers, each to one of its own; none where all lead to one. */
export function shiftedPorts({
  externalPorts,
  internalPorts,
}: Pick<PortForwardingRecord, 'externalPorts' | 'internalPorts'>): number {
  const isShifted = portRange(externalPorts).min !== portRange(internalPorts).min && sizeOf(internalPorts) > 1;
  return isShifted ? sizeOf(externalPorts) : 0;
}
