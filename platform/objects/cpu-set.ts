import { Type } from 'typebox';
import { VolvoxError } from '../errors/volvox-error.ts';

/** Numbers of CPUs as the kernel writes a list of them: `0-3,8`; empty: none. */
export const CpuSet = Type.String({ pattern: '^(\\d{1,5}(-\\d{1,5})?(,\\d{1,5}(-\\d{1,5})?)*)?$', maxLength: 4_096 });

/** CPU numbers are below it; more CPUs than any host has. */
export const MAX_CPUS = 8_192;

/**
 * The CPUs of a list, in order, each once. `^3` or `^2-3` takes CPUs out again, as in Nova's options.
 * @throws VolvoxError invalid that names the part that is no CPU or range.
 */
export function parseCpuSet(text: string): number[] {
  const within = new Set<number>();
  const without = new Set<number>();
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const [, not = '', from = '', to = from] = /^(\^?)\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === '' || first > last || last >= MAX_CPUS) {
      throw new VolvoxError('invalid', `Invalid range expression '${part}'`, { blame: 'request' });
    }
    for (let cpu = first; cpu <= last; cpu++) (not === '' ? within : without).add(cpu);
  }
  return [...within].filter((cpu) => !without.has(cpu)).sort((a, b) => a - b);
}

/** The shortest list of these CPUs. */
export function formatCpuSet(cpus: Iterable<number>): string {
  const sorted = [...new Set(cpus)].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let at = 0; at < sorted.length; ) {
    const first = sorted[at] as number;
    let length = 1;
    while (sorted[at + length] === first + length) length += 1;
    ranges.push(length === 1 ? `${first}` : `${first}-${first + length - 1}`);
    at += length;
  }
  return ranges.join(',');
}
