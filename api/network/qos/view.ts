import type { QosPolicyRecord } from '#platform/directory/stores/qos-policies.ts';
import type { QosRuleRecord } from '#platform/directory/stores/qos-rules.ts';
import type { Authorizing } from '../../http/policy.ts';
import { standardView } from '../standard-attributes.ts';
import { type RuleKind, ruleInPolicy } from './rule-kinds.ts';

/** A policy of another project is seen because it is shared, unless an admin looks. */
export const qosPolicyView = (policy: QosPolicyRecord, rules: readonly QosRuleRecord[], caller: Authorizing) => ({
  ...standardView(policy),
  shared: policy.shared || !(caller.isAdmin || policy.projectId === caller.projectId),
  is_default: policy.isDefault,
  rules: rules.map(ruleInPolicy),
});

/** The driver of all hosts that pass real traffic, and what it takes of a type of rules. */
export const ruleTypeView = ({ type, parameters }: RuleKind) => ({
  type,
  drivers: [
    {
      name: 'linux',
      supported_parameters: parameters.map(({ name, values }) => ({
        parameter_name: name,
        parameter_type: 'start' in values ? 'range' : 'choices',
        parameter_values: values,
      })),
    },
  ],
});
