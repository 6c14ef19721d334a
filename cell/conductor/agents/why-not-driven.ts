import type { Caller } from '#platform/rpc/authenticate.ts';
import type { CellReader } from '../../database/cell-database.ts';
import { type AgentKey, isEnded } from '../../database/stores/agent-keys.ts';
import { enrolledNames, enrolmentOf } from '../../database/stores/enrolments.ts';
import { isBoundTo, notBoundTo } from './bound-hosts.ts';
import { namedBriefly } from './named-briefly.ts';

interface Drives {
  readonly agentId: string;
  readonly kind: AgentKey['kind'];
  /** Of its hosts. */
  readonly names: readonly string[];
  readonly now: number;
}

/** The key has ended since the call was let in; or what the agent did that it may not do, as the rest of a sentence. */
type WhyNot = 'key ended' | { readonly did: string };

/**
 * Why the caller may not be an agent of this kind for these hosts; null when it may. With a key of its own it drives the hosts that this very key
 * is bound to. With the shared key it is no agent that ever had a key of its own, and drives no host of one.
 */
export async function whyNotDriven(read: CellReader, caller: Caller, drives: Drives): Promise<WhyNot | null> {
  const { agentId, kind, names, now } = drives;
  const { enrolledAs, keys } = await enrolmentOf(read, agentId);
  if (caller.id === null) {
    if (enrolledAs !== null) return { did: 'has had a key of its own and announced itself with the shared key' };
    const enrolled = await enrolledNames(read, kind, names);
    const bound = names.filter((name) => isBoundTo(enrolled, name));
    if (bound.length === 0) return null;
    return { did: `announced hosts whose agents have, or had, keys of their own: ${namedBriefly(bound)}` };
  }
  const shown = keys.find(({ keyHash }) => keyHash === caller.keyHash);
  if (shown === undefined || isEnded(shown, keys, now)) return 'key ended';
  if (shown.kind !== kind) return { did: `is a ${shown.kind} agent and announced itself as a ${kind} agent` };
  const others = notBoundTo(shown.hosts, names);
  return others.length === 0 ? null : { did: `announced hosts that its key is not bound to: ${namedBriefly(others)}` };
}
