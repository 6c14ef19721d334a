import { type Static, Type } from 'typebox';

/** Who asks, for policy that needs the row's state (locks) and for the action log. */
export const Actor = Type.Object({
  userId: Type.String(),
  projectId: Type.String(),
  isAdmin: Type.Boolean(),
  requestId: Type.String(),
});
export type Actor = Static<typeof Actor>;
