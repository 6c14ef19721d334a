import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../../api/policies/rule.ts';
import { RULES_OF } from '../../api/policies/table.ts';
import { REPOSITORY } from '../checks/programs.ts';

const BEGIN = '<!-- rules: made by npm run generate -->';
const END = '<!-- end of rules -->';

const TITLES: Readonly<Record<keyof typeof RULES_OF, string>> = {
  base: 'Kinds of callers',
  compute: 'Compute',
  identity: 'Identity',
  image: 'Image',
  network: 'Network',
  placement: 'Placement',
  federation: 'Federation',
  frame: 'Every API',
};

/** `docs/policy.md` with the table of rules as the code has it. What stands outside of the table is written by hand. */
export function policyPage(repository = REPOSITORY): { readonly path: string; readonly text: string } {
  const path = join(repository, 'docs/policy.md');
  const page = readFileSync(path, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined)
    throw new Error(`${path}: the lines ${BEGIN} and ${END} are missing`);
  return { path, text: `${before}${BEGIN}\n\n${rulesTable()}\n${END}${after}` };
}

const rulesTable = (): string =>
  Object.entries(TITLES)
    .map(([api, title]) => `### ${title}\n\n${tableOf(RULES_OF[api as keyof typeof RULES_OF])}`)
    .join('\n');

const tableOf = (rules: Readonly<Record<string, Rule>>): string =>
  [
    '| Rule | Default | What it lets do | Operations |',
    '|---|---|---|---|',
    ...Object.entries(rules).map(([name, rule]) => `| ${[`\`${name}\``, ...columns(rule)].map(escaped).join(' | ')} |`),
    '',
  ].join('\n');

const columns = ({ check, description, operations, scope, fixed }: Rule): readonly string[] => [
  `\`${check}\`${scope === 'any' ? ', any token' : ''}${fixed ? ', fixed' : ''}`,
  description,
  operations.length === 0 ? '–' : operations.map((operation) => `\`${operation}\``).join(', '),
];

const escaped = (cell: string): string => cell.replaceAll('|', '\\|');
