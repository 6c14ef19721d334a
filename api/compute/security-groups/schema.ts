import { always } from '../../http/by-version.ts';
import { arrayOf, looseQuery, nonNegativeInteger, several, string } from '../../http/parameter-types.ts';
import { integerOrNull, shape, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

/** Every other parameter is ignored. */
export const listGroupsQuery = always(
  looseQuery({ limit: several(nonNegativeInteger), offset: several(nonNegativeInteger), all_tenants: several(string) }),
);

/** Nova ignores other members of these bodies. */
const open = (properties: Readonly<Record<string, Schema>>, required: readonly string[]): Schema => ({
  type: 'object',
  properties,
  required,
});
const text: Schema = { type: 'string', maxLength: 255 };

export const groupBody = always(
  open({ security_group: open({ name: text, description: text }, ['name', 'description']) }, ['security_group']),
);

/** A number, or a text that Nova reads as one; what it means depends on the protocol (`new-rule.ts`). */
const numeric: Schema = { type: ['integer', 'string', 'null'], maxLength: 10 };
const textOrNull: Schema = { type: ['string', 'null'], maxLength: 255 };
export const ruleBody = always(
  open(
    {
      security_group_rule: open(
        {
          parent_group_id: text,
          ip_protocol: textOrNull,
          from_port: numeric,
          to_port: numeric,
          cidr: textOrNull,
          group_id: textOrNull,
        },
        ['parent_group_id'],
      ),
    },
    ['security_group_rule'],
  ),
);

const rule = shape({
  id: string,
  parent_group_id: string,
  ip_protocol: stringOrNull,
  from_port: integerOrNull,
  to_port: integerOrNull,
  group: { anyOf: [shape({}), shape({ name: string, tenant_id: string })] },
  ip_range: { anyOf: [shape({}), shape({ cidr: string })] },
});
const group = shape({ id: string, name: string, description: string, tenant_id: string, rules: arrayOf(rule) });

export const groupResponse = always(shape({ security_group: group }));
export const groupsResponse = always(shape({ security_groups: arrayOf(group) }));
export const ruleResponse = always(shape({ security_group_rule: rule }));
