import { type Static, Type } from 'typebox';

const Domain = Type.Object({ id: Type.Optional(Type.String()), name: Type.Optional(Type.String()) });
const User = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  domain: Type.Optional(Domain),
});

/** `POST /v3/auth/tokens` (keystone/auth/schema.py). */
export const AuthRequest = Type.Object({
  auth: Type.Object({
    identity: Type.Object({
      methods: Type.Array(Type.String(), { minItems: 1 }),
      password: Type.Optional(Type.Object({ user: Type.Intersect([User, Type.Object({ password: Type.String() })]) })),
      token: Type.Optional(Type.Object({ id: Type.String() })),
      application_credential: Type.Optional(
        Type.Object({
          id: Type.Optional(Type.String()),
          name: Type.Optional(Type.String()),
          secret: Type.String(),
          user: Type.Optional(User),
        }),
      ),
    }),
    scope: Type.Optional(
      Type.Union([
        Type.Literal('unscoped'),
        Type.Object({
          project: Type.Optional(
            Type.Object({
              id: Type.Optional(Type.String()),
              name: Type.Optional(Type.String()),
              domain: Type.Optional(Domain),
            }),
          ),
          domain: Type.Optional(Domain),
          system: Type.Optional(Type.Object({ all: Type.Boolean() })),
          unscoped: Type.Optional(Type.Object({})),
        }),
      ]),
    ),
  }),
});
export type AuthRequest = Static<typeof AuthRequest>;
export type Identity = AuthRequest['auth']['identity'];
export type Scope = AuthRequest['auth']['scope'];
export type UserReference = Static<typeof User>;
