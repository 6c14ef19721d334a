import type { agentContract } from '#platform/contracts/agent.ts';
import type { RequestOf, ResponseOf } from '#platform/contracts/contract.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { canonicalIp } from '#platform/objects/ip-address.ts';
import { hashOfSecret } from '#platform/rpc/agent-credential.ts';
import type { CallContext } from '#platform/rpc/server.ts';
import { isLoopback } from '#platform/tls/loopback.ts';
import { enrolmentOf } from '../../database/stores/enrolments.ts';
import { openTokensAmong } from '../../database/stores/join-tokens.ts';
import type { ConductorParts } from '../parts.ts';
import { agentKeyRefused } from './authenticate-agent.ts';
import { isBoundTo } from './bound-hosts.ts';
import { requireSelf } from './overreach.ts';

type Issue = (typeof agentContract)['calls']['issueCertificate'];
type Renew = (typeof agentContract)['calls']['renewCertificate'];

/** The first certificate of an agent that has just joined, by the token that it joined with. */
export async function issueCertificate(
  parts: ConductorParts,
  { token, ...request }: RequestOf<Issue>,
  { remoteAddress }: CallContext,
): Promise<ResponseOf<Issue>> {
  const { agentId, kind } = request;
  const { read } = parts.database;
  const tokenHash = hashOfSecret(token);
  const found = (await openTokensAmong(read, [tokenHash], parts.clock.now())).get(tokenHash);
  const { keys } = await enrolmentOf(read, agentId);
  if (found === undefined || found.spentBy[kind] !== agentId || keys.length === 0) {
    throw new VolvoxError('unauthenticated', `Agent ${agentId} has not joined with this token.`);
  }
  return certify(parts, request, found.hosts, remoteAddress);
}

/** The next certificate of an agent, by its key and its present certificate (which the connection has shown). */
export async function renewCertificate(
  parts: ConductorParts,
  request: RequestOf<Renew>,
  { caller, remoteAddress }: CallContext,
): Promise<ResponseOf<Renew>> {
  await requireSelf(parts, caller, request.agentId);
  const { keys } = await parts.agentKeys.of(request.agentId);
  const shown = keys.find(({ keyHash }) => keyHash === caller.keyHash);
  if (shown === undefined) throw agentKeyRefused();
  return certify(parts, { ...request, kind: shown.kind }, shown.hosts, remoteAddress);
}

/**
 * A certificate names an address of the agent only when its call came from there, or when the operator named the address for it: with the
 * name of another machine it could pose as that one (a database, for instance).
 */
function certify(
  { certificates, log }: ConductorParts,
  request: Omit<RequestOf<Issue>, 'token'>,
  hosts: readonly string[],
  remoteAddress: string,
): ResponseOf<Issue> {
  const addresses = request.addresses.map((address) => canonicalIp(address) ?? address);
  for (const address of addresses) {
    if (isLoopback(address) || address === canonicalIp(remoteAddress) || isNamed(hosts, address)) continue;
    throw new VolvoxError(
      'forbidden',
      `compute.hostIp: ${address} is not the address from which this agent calls (${remoteAddress}). If it is right, name it in a new token: volvox host token … --host ${address}`,
    );
  }
  const { agentId, kind } = request;
  const issued = certificates.issue({ ...request, addresses });
  log.info({ agent: agentId, kind, addresses }, 'an agent has a new certificate');
  return issued;
}

/** A name that stands for many does not vouch for an address. */
const isNamed = (hosts: readonly string[], address: string): boolean =>
  canonicalIp(address) !== null &&
  isBoundTo(
    hosts.filter((host) => !host.endsWith('*')),
    address,
  );
