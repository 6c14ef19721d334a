import { Type } from 'typebox';
import { type Route, route } from '../../http/route.ts';
import { invalidInput, networkPolicy } from '../policy.ts';
import { updateBody } from '../request-types.ts';
import { emptyResponse } from '../response-types.ts';

/** Rules of Neutron that promise bandwidth. The scheduler counts none, so such a promise would be empty. */
const RULES = ['minimum_bandwidth_rule', 'minimum_packet_rate_rule'] as const;

/** Refuses them in words. */
export const unenforcedRuleRoutes = (): readonly Route[] =>
  RULES.map((rule) =>
    route({
      method: 'POST',
      path: `/v2.0/qos/policies/:id/${rule}s`,
      summary: 'Refuses a rule that promises a rate: the scheduler reserves none.',
      policy: networkPolicy(`create_policy_${rule}`),
      body: updateBody(rule, { direction: Type.Optional(Type.String()), min_kbps: Any, min_kpps: Any }),
      response: emptyResponse,
      handle: () => {
        throw invalidInput(
          `Invalid input for operation: this region has no rules of the type ${rule.replace('_rule', '')}. Hosts limit bandwidth and packets, and the scheduler reserves none.`,
        );
      },
    }),
  );

const Any = Type.Optional(Type.Unknown());
