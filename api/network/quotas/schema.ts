import { type Static, Type } from 'typebox';

/** Clients write numbers as text, too. */
const Limit = Type.Optional(
  Type.Union([Type.Integer({ minimum: -1, maximum: 2_147_483_647 }), Type.String({ pattern: '^(-1|\\d{1,9})$' })]),
);

export const QuotaUpdate = Type.Object(
  {
    quota: Type.Object(
      {
        network: Limit,
        subnet: Limit,
        port: Limit,
        /** Said or not: a limit may be below what is in use. */
        force: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type QuotaUpdate = Static<typeof QuotaUpdate>;
