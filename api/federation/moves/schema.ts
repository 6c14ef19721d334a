import { type Static, Type } from 'typebox';
import { MoveEstimate } from '#platform/contracts/door-moves.ts';
import { OPERATION_STATES, OperationView } from '#platform/objects/operation.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { always } from '../../http/by-version.ts';
import { arrayOf, several, strictQuery, string } from '../../http/parameter-types.ts';
import {
  closed,
  flag,
  integer,
  integerOrNull,
  moment,
  momentOrNull,
  number,
  oneOf,
  shape,
  stringOrNull,
} from '../../http/response-types.ts';
import { jsonSchema } from '../../http/typebox-schema.ts';
import { limitParameter } from '../request-types.ts';

const Name = Type.String({ minLength: 1, maxLength: 255 });

const NewMove = Type.Object(
  {
    server: Uuid,
    /** A cell's id or name. */
    cell: Name,
    /** The name of a host of that cell; otherwise the scheduler chooses. */
    host: Type.Optional(Name),
    /** Only plan the move. */
    dryRun: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type NewMove = Static<typeof NewMove>;
export const newMoveBody = always(jsonSchema(NewMove));

export const listMovesQuery = always(
  strictQuery({
    server: several(jsonSchema(Uuid)),
    state: several(oneOf(...OPERATION_STATES)),
    /** A cell's id or name: lists the moves from and to this cell. */
    cell: several(jsonSchema(Name)),
    ...limitParameter,
  }),
);

const { steps, state } = OperationView.properties;
const move = shape({
  id: string,
  server: string,
  serverName: stringOrNull,
  from: shape({ cell: string, cellId: string }),
  to: shape({ cell: string, cellId: string, host: stringOrNull }),
  host: stringOrNull,
  state: jsonSchema(state),
  step: stringOrNull,
  progress: { type: ['number', 'null'] },
  bytes: integerOrNull,
  bytesPerSecond: integerOrNull,
  message: stringOrNull,
  createdAt: moment,
  finishedAt: momentOrNull,
  downtimeMs: integerOrNull,
  requestId: string,
  steps: closed(jsonSchema(steps)),
});
/** The answer to a dry run. */
const plan = shape({
  server: string,
  serverName: string,
  from: shape({ cell: string, cellId: string, host: stringOrNull }),
  to: shape({ cell: string, cellId: string, host: stringOrNull }),
  alternates: arrayOf(string),
  fits: flag,
  refusals: arrayOf(shape({ filter: string, reason: string, hosts: integer })),
  changes: arrayOf(shape({ field: string, from: stringOrNull, 'to?': stringOrNull })),
  disks: closed(jsonSchema(MoveEstimate.properties.disks)),
  bytes: integer,
  seconds: number,
  basis: string,
  refusal: stringOrNull,
});
export const moveResponse = always(shape({ move }));
export const listMovesResponse = always(shape({ moves: arrayOf(move) }));
export const beginMoveResponse = always(shape({ move: { anyOf: [move, plan] } }));
