import type { SectionValues } from '#platform/config/options.ts';
import type { tlsSection } from '#platform/config/tls-section.ts';
import type { AgentKind } from '#platform/contracts/agent.ts';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { parseJoinToken } from '#platform/rpc/join-token.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import { systemClock } from '#platform/time/clock.ts';
import { isLoopback } from '#platform/tls/loopback.ts';
import { openTransport, type Transport } from '#platform/tls/transport.ts';
import { joinCell } from '../join-cell.ts';
import { CertificateFiles } from './certificate-files.ts';

const RETRY_MAX_MS = 5_000;

interface AgentTransportOptions {
  readonly kind: AgentKind;
  readonly stateDir: string;
  readonly cell: { readonly conductorUrls: readonly string[]; readonly joinToken: { reveal(): string } };
  readonly tls: SectionValues<typeof tlsSection>;
  /** The address under which others reach this agent; empty: nobody calls it. */
  readonly hostIp: string;
  readonly log: Logger;
}

/** How an agent speaks to others. `issued`: by a certificate of its cell, which it renews itself; null: by the files of the section `tls`, or plain. */
export interface AgentTransport {
  readonly transport: Transport;
  readonly issued: { readonly files: CertificateFiles; readonly addresses: readonly string[] } | null;
}

/**
 * Files that `tls` names are the operator's. Without them, the agent has the certificate of its state folder; if there is none that can be
 * used, and `cell.joinToken` is of a cell that issues certificates, the agent joins the cell first, however long its conductor is away.
 */
export async function openAgentTransport(options: AgentTransportOptions): Promise<AgentTransport> {
  const { stateDir, tls, cell, log } = options;
  const plain = openTransport(tls, log);
  if (plain.files !== null) return { transport: plain, issued: null };
  const files = new CertificateFiles(stateDir);
  const addresses = addressesOf(options.hostIp);
  const issued = { files, addresses };
  for (let failures = 0; ; failures++) {
    const found = files.open(log);
    if (found !== null) return { transport: { files: found, insecure: tls.insecure }, issued };
    if (parseJoinToken(cell.joinToken.reveal()).fingerprint === null) {
      if (files.exists) throw noLongerGood(files.path);
      return { transport: plain, issued: null };
    }
    await join(options, plain, addresses, failures);
  }
}

/** Those that a certificate of the agent has to name. */
export const addressesOf = (hostIp: string): readonly string[] => (hostIp === '' || isLoopback(hostIp) ? [] : [hostIp]);

async function join(
  { kind, stateDir, cell, log }: AgentTransportOptions,
  transport: Transport,
  addresses: readonly string[],
  failures: number,
): Promise<void> {
  const { conductorUrls, joinToken } = cell;
  try {
    const joined = await joinCell({ kind, stateDir, conductorUrls, token: joinToken.reveal(), transport, addresses });
    log.info({ agent: joined.agentId, cell: joined.cellName, hosts: joined.hosts }, 'this agent has joined its cell');
  } catch (error) {
    const waiting = 'this agent has no certificate and could not join its cell; trying again';
    if (failures === 0) log.warn({ reason: messageOf(error) }, waiting);
    else log.debug({ reason: messageOf(error) }, waiting);
    await systemClock.sleep(backoffMs(failures + 1, 200, RETRY_MAX_MS));
  }
}

const noLongerGood = (path: string): VolvoxError =>
  new VolvoxError(
    'invalid',
    `${path}: the certificate of this agent cannot be used. Run \`volvox host join\` with a new token of \`volvox host token\`.`,
  );
