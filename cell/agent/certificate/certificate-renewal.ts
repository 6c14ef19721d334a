import { X509Certificate } from 'node:crypto';
import { reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { certificateRequest, newCertificateKey } from '#platform/tls/certificate-request.ts';
import type { Conductor } from '../conductor.ts';
import type { AgentTransport } from './agent-transport.ts';

/** A certificate is renewed when less than this part of its time is left. */
const RENEW_AT = 1 / 3;
const EVERY_MS = 5_000;

interface RenewalOptions extends AgentTransport {
  readonly agentId: string;
  readonly conductor: Conductor;
  readonly log: Logger;
  readonly everyMs?: number;
}

/**
 * Renews the certificate that the cell issued to this agent, by that certificate and the agent's key. The running process takes the new one by
 * itself. A failure changes nothing and is repeated; a host that was revoked gets none, and its certificate ends.
 */
export function certificateRenewal({ transport, issued, agentId, conductor, log, everyMs }: RenewalOptions): Service[] {
  const { files } = transport;
  if (files === null || issued === null) return [];
  const reconcile = async (): Promise<void> => {
    if (!issued.files.renewalRequested && !isDue(files.current.cert, Date.now())) return;
    const { privateKey, pem } = newCertificateKey();
    const request = certificateRequest(privateKey, agentId);
    const question = { agentId, addresses: [...issued.addresses], ...request };
    await issued.files.write(await conductor.ask((client) => client.renewCertificate(question)), pem);
    await issued.files.renewed();
  };
  const reconciler = { name: 'certificate of this agent', everyMs: everyMs ?? EVERY_MS, reconcile };
  return [reconcilerService(reconciler, log, systemClock)];
}

function isDue(pem: string, now: number): boolean {
  const { validFrom, validTo } = new X509Certificate(pem);
  const [from, until] = [Date.parse(validFrom), Date.parse(validTo)];
  return until - now < (until - from) * RENEW_AT;
}
