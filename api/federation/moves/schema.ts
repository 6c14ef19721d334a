import { type Static, Type } from 'typebox';
import { OPERATION_STATES } from '#platform/objects/operation.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';

const Name = Type.String({ minLength: 1, maxLength: 255 });

export const NewMoveBody = Type.Object(
  {
    server: Uuid,
    /** A cell's id or name. */
    cell: Name,
    /** The name of a host of that cell; otherwise the scheduler chooses. */
    host: Type.Optional(Name),
    /** Only says what would happen. */
    dryRun: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type NewMoveBody = Static<typeof NewMoveBody>;

export const MovesQuery = Type.Object(
  {
    server: Type.Optional(Uuid),
    state: Type.Optional(oneOf(OPERATION_STATES)),
    /** A cell's id or name: moves from there and to there. */
    cell: Type.Optional(Name),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  { additionalProperties: false },
);
export type MovesQuery = Static<typeof MovesQuery>;

export const MoveParams = Type.Object({ id: Uuid });
export type MoveParams = Static<typeof MoveParams>;
