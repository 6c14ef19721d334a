import { type Static, Type } from 'typebox';

const optionalText = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const fields = {
  description: optionalText,
  email: optionalText,
  default_project_id: optionalText,
  domain_id: optionalText,
  password: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 1024 }), Type.Null()])),
  enabled: Type.Optional(Type.Boolean()),
};
const Name = Type.String({ minLength: 1, maxLength: 255, pattern: '[\\S]+' });

export const UserCreate = Type.Object({ user: Type.Object({ name: Name, ...fields }) });
export type UserCreate = Static<typeof UserCreate>;
export const UserUpdate = Type.Object({ user: Type.Object({ name: Type.Optional(Name), ...fields }) });
export type UserUpdate = Static<typeof UserUpdate>;
export const PasswordChange = Type.Object({
  user: Type.Object({
    original_password: Type.String(),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
  }),
});
export type PasswordChange = Static<typeof PasswordChange>;
