import { runCommand } from '../../../agent/run-command.ts';
import type { RemoteGroup } from '../../desired-groups.ts';
import { memberSets, rangeSets } from './group-rule.ts';
import { GROUP_TABLE, membersChain, newGeneration, observedGroups } from './group-table.ts';
import type { HostSetup } from './host-setup.ts';
import { inNamespace } from './ip.ts';
import { rulesIn } from './look-inside.ts';
import { setRules } from './rule-table.ts';

interface ListedSet {
  readonly set?: { readonly name: string; readonly elem?: readonly string[] };
}

/**
 * Makes the members in the sets of these groups the given ones. Rules stay as they are.
 *
 * Elements change first, and then the generation and the fingerprint: a packet on its way may still be judged by the old members, and is marked
 * with the old generation. After a crash in between, the fingerprint tells the next pass to do it again.
 */
export async function setMembers(setup: HostSetup, groups: readonly RemoteGroup[]): Promise<void> {
  const changes = [];
  for (const group of groups) {
    const [v4, v6] = memberSets(group.id);
    changes.push(...(await change(setup, v4, group.ipv4)), ...(await change(setup, v6, group.ipv6)));
    const [ranges4, ranges6] = rangeSets(group.id);
    changes.push(replace(ranges4, group.ranges4), replace(ranges6, group.ranges6));
  }
  if (groups.length > 0) await setRules(setup.namespace, changes.join(''));
  const known = observedGroups(rulesIn(await nft(setup, '-j', 'list', 'chains', 'inet')))?.members ?? {};
  const marks = groups.map((group) => {
    const before = known[group.id];
    const old =
      before === undefined ? '' : `delete chain inet ${GROUP_TABLE} ${membersChain({ id: group.id, sum: before })}\n`;
    return `${old}add chain inet ${GROUP_TABLE} ${membersChain(group)}\n`;
  });
  await setRules(setup.namespace, `${newGeneration()}${marks.join('')}`);
}

async function change(setup: HostSetup, set: string, desired: readonly string[]): Promise<readonly string[]> {
  const listed = JSON.parse(await nft(setup, '-j', 'list', 'set', 'inet', GROUP_TABLE, set)) as {
    nftables: readonly ListedSet[];
  };
  const before = new Set(listed.nftables.find((one) => one.set?.name === set)?.set?.elem ?? []);
  const after = new Set(desired);
  const gone = [...before].filter((one) => !after.has(one));
  const come = desired.filter((one) => !before.has(one));
  const line = (verb: 'add' | 'delete', elements: readonly string[]) =>
    elements.length === 0 ? [] : [`${verb} element inet ${GROUP_TABLE} ${set} { ${elements.join(', ')} }\n`];
  return [...line('delete', gone), ...line('add', come)];
}

/** All ranges at once: nftables merges those that touch, so what it lists is not what was given. A packet sees the old ones or the new ones. */
const replace = (set: string, ranges: readonly string[]): string =>
  `flush set inet ${GROUP_TABLE} ${set}\n${ranges.length === 0 ? '' : `add element inet ${GROUP_TABLE} ${set} { ${ranges.join(', ')} }\n`}`;

const nft = (setup: HostSetup, ...args: readonly string[]): Promise<string> =>
  runCommand('ip', inNamespace(setup.namespace, 'nft', ...args));
