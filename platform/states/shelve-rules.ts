import { type ActionRule, actionRule } from './action-rule.ts';
import type { VmState } from './vm-state.ts';

/** Where a server may be shelved, taken off its host, and brought back. The API asks these too, before it looks things up. */
export const SHELVE_RULE = actionRule(['active', 'stopped', 'paused', 'suspended'], 'shelving');
export const SHELVE_OFFLOAD_RULE = actionRule(['shelved'], null);
const UNSHELVE_RULE = actionRule(['shelved', 'shelved_offloaded'], 'unshelving');

const WITHOUT_GUEST: readonly VmState[] = ['active', 'error'];
const UNSHELVE_WITHOUT_GUEST_RULE = actionRule(WITHOUT_GUEST, 'unshelving');

/**
 * Whether a server that ran once is said to be active or in ERROR though it is on no host: an admin has reset the state of a shelved one. The
 * image that it was shelved as is there still, so an unshelve is the way back.
 */
export const isWithoutGuest = (instance: {
  readonly vmState: VmState;
  readonly launchedAt: unknown;
  readonly host: string | null;
}): boolean => instance.host === null && instance.launchedAt !== null && WITHOUT_GUEST.includes(instance.vmState);

export const unshelveRule = (instance: Parameters<typeof isWithoutGuest>[0]): ActionRule =>
  isWithoutGuest(instance) ? UNSHELVE_WITHOUT_GUEST_RULE : UNSHELVE_RULE;

/** What a user hears who asks anything else of such a server. */
export const UNSHELVE_FIRST =
  'It is on no host, because its state was reset while it was shelved. Unshelve it to start it from its image, or delete it.';
