import { type Static, type TProperties, Type } from 'typebox';
import type { QosRuleRecord } from '#platform/directory/stores/qos-rules.ts';
import { type Attributes, member } from '../../http/listing.ts';
import { string } from '../../http/parameter-types.ts';
import type { Policy } from '../../http/policy.ts';
import { integer, type Members } from '../../http/response-types.ts';
import { networkPolicy } from '../policy.ts';
import { oneOfValues } from '../request-types.ts';

/** What of a rule its type gives. */
type Values = Pick<QosRuleRecord, 'direction' | 'rate' | 'burst' | 'dscpMark'>;
type Verb = 'get' | 'create' | 'update' | 'delete';

/** A type of rules, as the API shows it. */
export interface RuleKind {
  readonly type: QosRuleRecord['type'];
  /** Of bodies; the path has its plural. */
  readonly one: `${QosRuleRecord['type']}_rule`;
  readonly words: string;
  readonly policies: Readonly<Record<Verb, Policy>>;
  /** Of the rule by itself, without its policy. */
  readonly aliasPolicies: Readonly<Record<Exclude<Verb, 'create'>, Policy>>;
  /** What a request may give, and which of it a create must. */
  readonly given: TProperties;
  readonly required: string;
  readonly attributes: Attributes<keyof QosRuleRecord>;
  readonly members: Members;
  readonly view: (rule: QosRuleRecord) => Readonly<Record<string, unknown>>;
  /** @param before of the rule that a request changes, or of one of which nothing was given. */
  readonly read: (given: Readonly<Record<string, unknown>>, before: Values) => Values;
  /** For operators: what a rule takes. */
  readonly parameters: readonly RuleParameter[];
}
interface RuleParameter {
  readonly name: string;
  readonly values: readonly (string | number)[] | { readonly start: number; readonly end: number };
}

const LARGEST = 2_147_483_647;
/** Clients write numbers as text, too. */
const Amount = Type.Unsafe<number | string>({
  type: ['integer', 'string'],
  minimum: 0,
  maximum: LARGEST,
  pattern: '^\\d{1,9}$',
});
const DIRECTIONS = ['egress', 'ingress'] as const;
const Direction = oneOfValues(DIRECTIONS);
/** The marks that have a meaning (RFC 2474, 2597, 3246, 5865). */
const MARKS = [0, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 44, 46, 48, 56] as const;
const Mark = oneOfValues([...MARKS, ...MARKS.map(String)] as readonly (number | string)[]);

type Limit = 'bandwidth_limit' | 'packet_rate_limit';

/** A limit of so much each second, and so much more at once. */
const limitKind = (type: Limit, words: string, most: string, burst: string): RuleKind => ({
  ...{ type, one: `${type}_rule`, words },
  ...policiesOf(type),
  given: { [most]: Amount, [burst]: Amount, direction: Direction },
  required: most,
  attributes: {
    id: member.text('id'),
    [most]: member.integer('rate'),
    [burst]: member.integer('burst'),
    direction: member.text('direction'),
  },
  members: { id: string, [most]: integer, [burst]: integer, direction: string },
  view: (rule) => ({ id: rule.id, [most]: rule.rate, [burst]: rule.burst, direction: rule.direction }),
  read: (given, before) => ({
    rate: Number(given[most] ?? before.rate),
    burst: Number(given[burst] ?? before.burst),
    direction: (given.direction as Static<typeof Direction> | undefined) ?? before.direction,
    dscpMark: 0,
  }),
  parameters: [
    { name: most, values: { start: 0, end: LARGEST } },
    { name: burst, values: { start: 0, end: LARGEST } },
    { name: 'direction', values: DIRECTIONS },
  ],
});

const policiesOf = (type: Limit | 'dscp_marking'): Pick<RuleKind, 'policies' | 'aliasPolicies'> => ({
  policies: {
    get: networkPolicy(`get_policy_${type}_rule`),
    create: networkPolicy(`create_policy_${type}_rule`),
    update: networkPolicy(`update_policy_${type}_rule`),
    delete: networkPolicy(`delete_policy_${type}_rule`),
  },
  aliasPolicies: {
    get: networkPolicy(`get_alias_${type}_rule`),
    update: networkPolicy(`update_alias_${type}_rule`),
    delete: networkPolicy(`delete_alias_${type}_rule`),
  },
});

/** All that hosts enforce. */
export const RULE_KINDS: readonly RuleKind[] = [
  limitKind('bandwidth_limit', 'a bandwidth limit', 'max_kbps', 'max_burst_kbps'),
  limitKind('packet_rate_limit', 'a packet rate limit', 'max_kpps', 'max_burst_kpps'),
  {
    ...{ type: 'dscp_marking', one: 'dscp_marking_rule', words: 'a DSCP mark' },
    ...policiesOf('dscp_marking'),
    given: { dscp_mark: Mark },
    required: 'dscp_mark',
    attributes: { id: member.text('id'), dscp_mark: member.integer('dscpMark') },
    members: { id: string, dscp_mark: integer },
    view: (rule) => ({ id: rule.id, dscp_mark: rule.dscpMark }),
    read: (given, before) => ({
      ...{ rate: 0, burst: 0, direction: 'egress' },
      dscpMark: Number(given.dscp_mark ?? before.dscpMark),
    }),
    parameters: [{ name: 'dscp_mark', values: MARKS }],
  },
];

/** A rule as its policy shows it. */
export function ruleInPolicy(rule: QosRuleRecord) {
  const kind = RULE_KINDS.find(({ type }) => type === rule.type);
  return { ...kind?.view(rule), qos_policy_id: rule.policyId, type: rule.type };
}
