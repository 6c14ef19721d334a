import type { VmState } from './vm-state.ts';

type Way = readonly [to: VmState, action: string];

const TO_ACTIVE_BY = (action: string): readonly Way[] => [['active', action]];

/** What takes a server from one vm_state to another: names of server actions, as bodies have them. */
const WAYS: Readonly<Record<VmState, readonly Way[]>> = {
  active: [
    ['stopped', 'os-stop'],
    ['paused', 'pause'],
    ['suspended', 'suspend'],
    ['rescued', 'rescue'],
    ['resized', 'resize'],
    ['shelved', 'shelve'],
  ],
  stopped: [...TO_ACTIVE_BY('os-start'), ['rescued', 'rescue'], ['resized', 'resize'], ['shelved', 'shelve']],
  paused: [...TO_ACTIVE_BY('unpause'), ['shelved', 'shelve']],
  suspended: [...TO_ACTIVE_BY('resume'), ['shelved', 'shelve']],
  rescued: TO_ACTIVE_BY('unrescue'),
  resized: TO_ACTIVE_BY('confirmResize or revertResize'),
  shelved: [...TO_ACTIVE_BY('unshelve'), ['shelved_offloaded', 'shelveOffload']],
  shelved_offloaded: TO_ACTIVE_BY('unshelve'),
  'soft-delete': TO_ACTIVE_BY('restore'),
  error: TO_ACTIVE_BY('rebuild'),
  building: [],
  deleted: [],
};

/**
 * How a server gets from its vm_state to one of those that an action needs, in a sentence with the fewest actions: `First send unpause, then os-stop.`
 * @returns null where no action leads there.
 */
export function wayTo(from: string, desired: readonly VmState[]): string | null {
  if (from === 'building') return 'Wait until it is built.';
  const queue: { readonly at: string; readonly actions: readonly string[] }[] = [{ at: from, actions: [] }];
  const seen = new Set([from]);
  for (const { at, actions } of queue) {
    for (const [to, action] of WAYS[at as VmState] ?? []) {
      const longer = [...actions, action];
      if (desired.includes(to)) return `First send ${longer.join(', then ')}.`;
      if (!seen.has(to)) queue.push({ at: to, actions: longer });
      seen.add(to);
    }
  }
  return null;
}
