import { type Static, Type } from 'typebox';

/** Why an agent cannot reach the desired state of a guest or a port. */
export const AgentError = Type.Object({
  message: Type.String(),
  details: Type.Union([Type.String(), Type.Null()]),
  /** Trying again on this host is pointless. */
  permanent: Type.Boolean(),
  /**
   * The cause is in what the owner asked for (image, flavor, settings), so no other host can do it either. The owner reads the message, and
   * may mend it. Absent: the cause is on the host.
   */
  blame: Type.Optional(Type.Literal('request')),
});
export type AgentError = Static<typeof AgentError>;
