import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig, processSources } from '#platform/config/load.ts';
import { API_SECTIONS } from '../../api/config.ts';
import { nearestNames } from '../../api/policies/nearest-names.ts';
import { loadPolicyFile } from '../../api/policies/policy-file.ts';
import { createPolicySet } from '../../api/policies/policy-set.ts';
import type { PolicyFileContent } from '../../api/policies/read-policy-file.ts';
import { isRuleName, RULES, RULES_OF, type RuleName } from '../../api/policies/table.ts';
import { asJson, asTable, asText, type Row } from './output.ts';
import { answerOf, policyQuestion } from './policy-question.ts';
import { printable } from './printable.ts';

interface ShowFlags {
  readonly file?: string;
  readonly api?: string;
}

interface CheckFlags {
  readonly rule?: RuleName;
  readonly as?: readonly string[];
  readonly target: readonly string[];
}

/** `volvox policy`: who may do what, and what a file of policies would change. Nothing of a region is asked. */
export function addPolicyCommands(program: Command): void {
  const policy = program.command('policy').description('who may do what in the APIs (docs/policy.md)');
  const print = (list: readonly Row[] | Row): void => {
    const { json } = program.opts<{ json?: boolean }>();
    process.stdout.write(json ? asJson(list) : Array.isArray(list) ? asTable(list) : asText(list as Row));
  };
  policy
    .command('show')
    .description('list all rules with the checks in force, or show one rule')
    .argument('[rule]', 'os_compute_api:servers:create', ruleName)
    .option('--file <file>', 'as this file of policies would have it (default: api.policyFile of the configuration)')
    .option('--api <name>', `only the rules of one API: ${Object.keys(RULES_OF).join(', ')}`, apiName)
    .action((rule: RuleName | undefined, { file, api }: ShowFlags) => {
      const content = contentOf(file ?? configuredFile());
      if (rule !== undefined) print(one(content, rule));
      else
        print(namesOf(api).map((name) => ({ rule: name, check: checkIn(content, name), from: origin(content, name) })));
    });
  policy
    .command('check [file]')
    .description(
      'validate a file of policies before it is deployed, and ask what it or the policies in force let roles do',
    )
    .option('--rule <rule>', 'ask about this rule; the exit status is 0 when it allows, 1 when not', ruleName)
    .option('--as <roles>', 'the roles of the caller, with commas between them; implied ones are added', roleNames)
    .option(
      '--target <what>',
      'whose thing it is: project=ID, user=ID; project=own when absent; several times',
      several,
      [],
    )
    .addHelpText('after', HELP)
    .action((file: string | undefined, flags: CheckFlags) => {
      if (file === undefined && flags.as === undefined) {
        throw new Error('name a FILE to validate, or ask with --as ROLES (and --rule RULE)');
      }
      const content = contentOf(file ?? configuredFile());
      if (flags.as === undefined) {
        print({ file, valid: true, rules: content.overrides.size });
        return;
      }
      const question = policyQuestion(flags.as, flags.target);
      const names = flags.rule === undefined ? namesOf(undefined) : [flags.rule];
      const answers = names.map((name) => ({
        rule: name,
        allowed: answerOf(content.policies, name, question),
        check: checkIn(content, name),
      }));
      print(flags.rule === undefined ? answers : (answers[0] ?? {}));
      if (flags.rule !== undefined && answers[0]?.allowed !== true) process.exitCode = 1;
    });
}

const HELP = `
Examples:
  volvox policy check /etc/volvox/policy.yaml
  volvox policy check --rule os_compute_api:servers:delete --as reader
  volvox policy check --rule os_compute_api:servers:show --as member --target project=other
  volvox policy check new.yaml --as builder`;

const NO_FILE: PolicyFileContent = { overrides: new Map(), policies: createPolicySet(new Map()) };
const contentOf = (file: string): PolicyFileContent => (file === '' ? NO_FILE : loadPolicyFile(file));
const configuredFile = (): string => loadConfig({ api: API_SECTIONS.api }, processSources()).api.policyFile;

const checkIn = ({ overrides }: PolicyFileContent, name: RuleName): string => overrides.get(name) ?? RULES[name].check;
const origin = ({ overrides }: PolicyFileContent, name: RuleName): string => (overrides.has(name) ? 'file' : 'default');

const one = (content: PolicyFileContent, name: RuleName): Row => ({
  rule: name,
  description: RULES[name].description,
  check: checkIn(content, name),
  from: origin(content, name),
  default: RULES[name].check,
  scope: RULES[name].scope,
  operations: RULES[name].operations.join(', '),
});

const namesOf = (api: string | undefined): readonly RuleName[] =>
  Object.entries(RULES_OF)
    .filter(([name]) => api === undefined || name === api)
    .flatMap(([, rules]) => Object.keys(rules) as RuleName[]);

function ruleName(text: string): RuleName {
  if (isRuleName(text)) return text;
  const near = nearestNames(text, Object.keys(RULES));
  const offered = near.length === 0 ? '`volvox policy show` lists all rules' : `did you mean ${near.join(' or ')}?`;
  throw new InvalidArgumentError(printable(`there is no rule ${text}; ${offered}`));
}

function apiName(text: string): string {
  if (Object.hasOwn(RULES_OF, text)) return text;
  throw new InvalidArgumentError(`expected one of ${Object.keys(RULES_OF).join(', ')}`);
}

const roleNames = (text: string): readonly string[] => text.split(',').map((role) => role.trim());
const several = (text: string, before: readonly string[]): readonly string[] => [...before, text];
