import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** What the agent tells the metadata server, in a file; read at its start and again at SIGHUP. */
const MetadataServerConfig = Type.Object({
  /** Written to `appliedFile` when it answers these networks. */
  fingerprint: Type.String(),
  port: Type.Integer(),
  /** For guests that ask from their link-local addresses. */
  linkLocalPort: Type.Integer(),
  /** The id of each network by the addresses at which its guests arrive: each has a transit of its own. Link-local ones name its device. */
  networks: Type.Record(Type.String(), Type.String()),
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

/** Whether it is one of this release. */
export function isServerConfig(text: string): boolean {
  try {
    parseServerConfig(text);
    return true;
  } catch {
    return false;
  }
}

/** @throws when it is not one. */
export function parseServerConfig(text: string): MetadataServerConfig {
  const value: unknown = JSON.parse(text);
  if (!check.Check(value)) throw new Error('the configuration of the metadata server is wrong');
  return value;
}
