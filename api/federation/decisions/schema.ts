import { DecisionRecord } from '#platform/objects/decision-record.ts';
import { always } from '../../http/by-version.ts';
import { orNull, string } from '../../http/parameter-types.ts';
import { closed, oneOf, shape, stringOrNull } from '../../http/response-types.ts';
import { jsonSchema } from '../../http/typebox-schema.ts';

export const decisionResponse = always(
  shape({
    server: shape({
      id: string,
      name: string,
      projectId: string,
      state: oneOf('accepted', 'placed', 'buried'),
      /** Its home; null while it has none. */
      cell: stringOrNull,
    }),
    decision: orNull(closed(jsonSchema(DecisionRecord))),
  }),
);
