import type { AgentKind } from '#platform/contracts/agent.ts';
import { hashOfSecret } from '#platform/rpc/agent-credential.ts';
import { parseJoinToken } from '#platform/rpc/join-token.ts';
import { certificateRequest, newCertificateKey } from '#platform/tls/certificate-request.ts';
import type { Transport } from '#platform/tls/transport.ts';
import { loadAgentId } from './agent-id.ts';
import { CertificateFiles } from './certificate/certificate-files.ts';
import { pinnedCell } from './certificate/pinned-conductor.ts';
import { type ConductorClient, createConductor } from './conductor.ts';
import { keepJoinedSecret, secretToJoinWith } from './credential.ts';

interface JoinOptions {
  readonly kind: AgentKind;
  readonly stateDir: string;
  readonly conductorUrls: readonly string[];
  readonly token: string;
  readonly transport: Transport;
  /** Under which others reach this agent. */
  readonly addresses: readonly string[];
}

interface Joined {
  readonly agentId: string;
  readonly cellName: string;
  /** The hosts that the key is bound to. */
  readonly hosts: readonly string[];
  /** The file of the certificate that the agent got; null: it has others. */
  readonly certificate: string | null;
}

/**
 * Gives the agent of this state folder a key of its own, for a one-time token; and a certificate, if it has none and the cell issues them.
 * Secret and private key are made here and never sent. Repeating it after a crash or a lost answer has the same result. A key that the agent
 * has already stays valid until the new one was used.
 * @throws VolvoxError what the conductor said; `unavailable` when no conductor can be reached; `forbidden` when another one answers than
 * the token is for.
 */
export async function joinCell({ kind, stateDir, token, addresses, ...reach }: JoinOptions): Promise<Joined> {
  const agentId = await loadAgentId(stateDir);
  const { secret: tokenSecret, fingerprint } = parseJoinToken(token);
  const pinned =
    fingerprint === null || reach.transport.files !== null ? null : await pinnedCell(reach.conductorUrls, fingerprint);
  const secret = await secretToJoinWith(stateDir);
  const transport = pinned?.transport ?? reach.transport;
  const conductor = createConductor(reach.conductorUrls, () => tokenSecret, transport, pinned?.cell);
  try {
    const question = { token: tokenSecret, agentId, kind, keyHash: hashOfSecret(secret) };
    const { cellName, hosts } = await conductor.ask((client) => client.join(question));
    const named = { token: tokenSecret, agentId, kind, addresses: [...addresses] };
    const files = pinned === null ? null : new CertificateFiles(stateDir);
    if (files !== null) await conductor.ask((client) => firstCertificate(client, named, files));
    await keepJoinedSecret(stateDir);
    return { agentId, cellName, hosts, certificate: files?.path ?? null };
  } finally {
    await conductor.close();
  }
}

async function firstCertificate(
  client: ConductorClient,
  asker: { token: string; agentId: string; kind: AgentKind; addresses: string[] },
  files: CertificateFiles,
): Promise<void> {
  const { privateKey, pem } = newCertificateKey();
  const request = certificateRequest(privateKey, asker.agentId);
  await files.write(await client.issueCertificate({ ...asker, ...request }), pem);
}
