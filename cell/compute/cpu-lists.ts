import { messageOf } from '#platform/errors/volvox-error.ts';
import { formatCpuSet, parseCpuSet } from '#platform/objects/cpu-set.ts';

/** The CPUs of a host that a guest CPU may get for itself, and those that guests share; null: all others. */
export interface CpuLists {
  readonly dedicated: readonly number[];
  readonly shared: readonly number[] | null;
}

/** `0-3,8`, as `compute.dedicatedCpus` and `compute.sharedCpus` have it. @throws VolvoxError invalid when `whyNotCpuLists` has an answer. */
export const parseCpuLists = ({
  dedicatedCpus,
  sharedCpus,
}: {
  dedicatedCpus: string;
  sharedCpus: string;
}): CpuLists => ({
  dedicated: parseCpuSet(dedicatedCpus),
  shared: sharedCpus === '' ? null : parseCpuSet(sharedCpus),
});

/** The sentence that is wrong with them; null: nothing. */
export function whyNotCpuLists(texts: { readonly dedicatedCpus: string; readonly sharedCpus: string }): string | null {
  for (const name of ['dedicatedCpus', 'sharedCpus'] as const) {
    try {
      parseCpuSet(texts[name]);
    } catch (error) {
      return `${name} is no list of CPUs such as 0-3,8: ${messageOf(error)}`;
    }
  }
  const { dedicated, shared } = parseCpuLists(texts);
  const both = dedicated.filter((cpu) => shared?.includes(cpu) === true);
  return both.length === 0 ? null : `dedicatedCpus and sharedCpus both have ${formatCpuSet(both)}`;
}
