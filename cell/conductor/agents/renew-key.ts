import type { agentContract } from '#platform/contracts/agent.ts';
import type { RequestOf, ResponseOf } from '#platform/contracts/contract.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Caller } from '#platform/rpc/authenticate.ts';
import { type AgentKey, addAgentKey, isEnded, nextKeyMoment, removeKeys } from '../../database/stores/agent-keys.ts';
import { enrolmentOf, recordEnrolment, takeEnrolmentLock } from '../../database/stores/enrolments.ts';
import type { ConductorParts } from '../parts.ts';
import { agentKeyRefused } from './authenticate-agent.ts';
import { requireSelf } from './overreach.ts';

type RenewKey = (typeof agentContract)['calls']['renewKey'];

/** So long a newer key has for its first use before a renewal replaces it, ms. It may come of a join whose key is not on the host's disk yet. */
const TO_BE_USED_MS = 600_000;

/** What a renewal finds; the keys that go are those that nobody can use any more. Pure. */
export function judgeRenewal(
  keys: readonly AgentKey[],
  { shownHash, newHash, now }: { shownHash: string | undefined; newHash: string; now: number },
): 'key ended' | 'done already' | 'too soon' | { readonly shown: AgentKey; readonly removed: readonly string[] } {
  const ended = keys.filter((key) => isEnded(key, keys, now));
  const valid = keys.filter((key) => !ended.includes(key));
  const shown = valid.find(({ keyHash }) => keyHash === shownHash);
  if (shown === undefined) return 'key ended';
  if (valid.some(({ keyHash }) => keyHash === newHash)) return 'done already';
  const unused = valid.filter(({ createdAt, usedAt }) => createdAt > shown.createdAt && usedAt === null);
  if (unused.some(({ createdAt }) => Math.abs(now - createdAt) < TO_BE_USED_MS)) return 'too soon';
  return { shown, removed: [...ended, ...unused].map(({ keyHash }) => keyHash) };
}

/**
 * Gives an agent another key, bound to the hosts of the key that it shows. That one stays valid until some seconds after the first use of the
 * new one. Repeating it changes nothing.
 */
export async function renewKey(
  parts: ConductorParts,
  caller: Caller,
  { agentId, keyHash }: RequestOf<RenewKey>,
): Promise<ResponseOf<RenewKey>> {
  await requireSelf(parts, caller, agentId);
  const judge = (keys: readonly AgentKey[]) => {
    const verdict = judgeRenewal(keys, { shownHash: caller.keyHash, newHash: keyHash, now: parts.clock.now() });
    if (verdict === 'key ended') throw agentKeyRefused();
    if (verdict === 'too soon') {
      throw new VolvoxError(
        'conflict',
        `Agent ${agentId} got another key less than ten minutes ago and has not used it.`,
      );
    }
    return verdict;
  };
  // What is known already spares the lock, so that an agent cannot hold up others by asking again and again.
  const { keys } = await parts.agentKeys.of(agentId);
  if (judge(keys) === 'done already') return {};
  const isNew = await parts.database.transaction(async (tx) => {
    await takeEnrolmentLock(tx);
    const verdict = judge((await enrolmentOf(tx, agentId)).keys);
    if (verdict === 'done already') return false;
    const { kind, hosts } = verdict.shown;
    await removeKeys(tx, agentId, verdict.removed);
    await addAgentKey(tx, { agentId, keyHash, kind, hosts, createdAt: await nextKeyMoment(tx, parts.clock.now()) });
    // A conductor of an earlier release may have let it join.
    await recordEnrolment(tx, { agentId, kind, hosts }, parts.clock.now());
    return true;
  });
  if (isNew) void parts.agentUsers.compare();
  if (isNew) parts.log.info({ agent: agentId }, 'an agent has renewed its key');
  return {};
}
