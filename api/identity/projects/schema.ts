import { type Static, Type } from 'typebox';

const fields = {
  description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  enabled: Type.Optional(Type.Boolean()),
  domain_id: Type.Optional(Type.Union([Type.String(), Type.Null()])),
};
const Name = Type.String({ minLength: 1, maxLength: 64, pattern: '[\\S]+' });

export const ProjectCreate = Type.Object({ project: Type.Object({ name: Name, ...fields }) });
export type ProjectCreate = Static<typeof ProjectCreate>;
export const ProjectUpdate = Type.Object({ project: Type.Object({ name: Type.Optional(Name), ...fields }) });
export type ProjectUpdate = Static<typeof ProjectUpdate>;
