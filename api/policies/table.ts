import { BASE_RULES } from './base.ts';
import { CATALOG_RULES } from './compute/catalog.ts';
import { OPERATOR_RULES } from './compute/operators.ts';
import { OWN_COMPUTE_RULES } from './compute/own.ts';
import { PROXY_RULES } from './compute/proxies.ts';
import { ACTION_RULES } from './compute/server-actions.ts';
import { SERVER_PART_RULES } from './compute/server-parts.ts';
import { SERVER_RULES } from './compute/servers.ts';
import { withOtherName } from './compute/volumes-boot.ts';
import { FEDERATION_RULES } from './federation.ts';
import { FRAME_RULES } from './frame.ts';
import { IDENTITY_RULES } from './identity.ts';
import { IMAGE_RULES } from './image.ts';
import { NETWORK_RULES } from './network.ts';
import { PLACEMENT_RULES } from './placement.ts';
import type { RuleTable } from './rule.ts';

/** The 203 rules of Nova. */
export const NOVA_RULES = {
  ...withOtherName(SERVER_RULES),
  ...withOtherName(ACTION_RULES),
  ...SERVER_PART_RULES,
  ...CATALOG_RULES,
  ...OPERATOR_RULES,
  ...PROXY_RULES,
} as const satisfies RuleTable;

/** Every rule, by the API that it belongs to, in the order in which documents list them. */
export const RULES_OF = {
  base: BASE_RULES,
  compute: { ...NOVA_RULES, ...OWN_COMPUTE_RULES },
  identity: IDENTITY_RULES,
  image: IMAGE_RULES,
  network: NETWORK_RULES,
  placement: PLACEMENT_RULES,
  federation: FEDERATION_RULES,
  frame: FRAME_RULES,
} as const;

/** The one table of policies. A route names a rule of it, and the compiler refuses any other name. */
export const RULES = {
  ...RULES_OF.base,
  ...RULES_OF.compute,
  ...RULES_OF.identity,
  ...RULES_OF.image,
  ...RULES_OF.network,
  ...RULES_OF.placement,
  ...RULES_OF.federation,
  ...RULES_OF.frame,
} as const satisfies RuleTable;

export type RuleName = keyof typeof RULES;
/** The rules of one API. */
export type RuleNameOf<A extends keyof typeof RULES_OF> = keyof (typeof RULES_OF)[A] & string;

export const isRuleName = (name: string): name is RuleName => Object.hasOwn(RULES, name);
