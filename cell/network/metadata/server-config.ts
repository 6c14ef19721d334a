import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** What the agent tells the metadata server, in a file; read at its start and again at SIGHUP. */
const MetadataServerConfig = Type.Object({
  /** Written to `appliedFile` when all listeners stand. */
  fingerprint: Type.String(),
  listeners: Type.Array(Type.Object({ networkId: Type.String(), port: Type.Integer() })),
  /** The agent's Unix socket. */
  agentSocket: Type.String(),
  /** Folder of the records that were last known: `<networkId>/<address>.json`. */
  recordsDir: Type.String(),
  appliedFile: Type.String(),
  pidFile: Type.String(),
  /** The user it becomes once it stands. */
  uid: Type.Integer(),
});
export type MetadataServerConfig = Static<typeof MetadataServerConfig>;

const check = Compile(MetadataServerConfig);

/** @throws when it is not one. */
export function parseServerConfig(text: string): MetadataServerConfig {
  const value: unknown = JSON.parse(text);
  if (!check.Check(value)) throw new Error('the configuration of the metadata server is wrong');
  return value;
}
