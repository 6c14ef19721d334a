import { runCommand } from '../../../agent/run-command.ts';
import { inNamespace } from './ip.ts';
import { MARK_CHAIN } from './port-filter.ts';

/** The table `inet volvox` as text. It replaces the one that stands at once, so that no packet passes without rules. */
export const ruleTable = (sum: string, chains: string, name = 'volvox'): string => `table inet ${name}
delete table inet ${name}
table inet ${name} {
  chain ${MARK_CHAIN}${sum} { }
${chains}}
`;

export async function setRules(namespace: string, rules: string): Promise<void> {
  await runCommand('ip', inNamespace(namespace, 'nft', '-f', '-'), { input: rules });
}

/** An element of `nft -j list chains`. */
export type Chain = { readonly chain?: { readonly family: string; readonly table: string; readonly name: string } };

/** The fingerprint that a table carries; null: it does not stand. */
export function sumOf(chains: readonly Chain[], family: string, table = 'volvox'): string | null {
  const mark = chains.find(
    ({ chain }) => chain?.family === family && chain.table === table && chain.name.startsWith(MARK_CHAIN),
  );
  return mark?.chain?.name.slice(MARK_CHAIN.length) ?? null;
}
