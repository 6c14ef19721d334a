import type { AgentKind } from '#platform/contracts/agent.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Transport } from '#platform/tls/transport.ts';
import { loadAgentId } from './agent-id.ts';
import { Credential } from './credential.ts';
import { joinCell } from './join-cell.ts';
import { KeyRenewal } from './key-renewal.ts';

const DAY_MS = 86_400_000;

interface EnrolmentOptions {
  readonly kind: AgentKind;
  readonly stateDir: string;
  readonly cell: {
    readonly conductorUrls: readonly string[];
    readonly joinToken: { reveal(): string };
    readonly agentKey: { reveal(): string };
    readonly renewKeyAfterDays: number;
  };
  readonly transport: Transport;
  /** Under which others reach this agent. */
  readonly addresses?: readonly string[];
  readonly log: Logger;
}

/** Which agent this is, and how it proves that. */
export interface Enrolment {
  readonly agentId: string;
  readonly credential: Credential;
  /** Gets a key for `cell.joinToken`; null: no token is configured. */
  readonly join: (() => Promise<void>) | null;
  /** Renews the key when it is old. */
  readonly renewal: Pick<KeyRenewal, 'renewIfDue'>;
}

/** @throws VolvoxError invalid when the agent has no key and nothing to get one with. */
export async function loadEnrolment(options: EnrolmentOptions): Promise<Enrolment> {
  const { kind, stateDir, cell, transport, addresses = [], log } = options;
  const agentId = await loadAgentId(stateDir);
  const token = cell.joinToken.reveal();
  const credential = await Credential.load({ stateDir, agentId, sharedKey: cell.agentKey.reveal() });
  if (credential.reveal() === '' && token === '') {
    throw new VolvoxError(
      'invalid',
      `cell.joinToken: the ${kind} agent has no key yet (${stateDir}/agent-key). Run \`volvox host join\` with a token of \`volvox host token\`, or set cell.joinToken.`,
    );
  }
  const join = async (): Promise<void> => {
    const { conductorUrls } = cell;
    const { cellName, hosts } = await joinCell({ kind, stateDir, conductorUrls, token, transport, addresses });
    await credential.refresh();
    log.info({ agent: agentId, cell: cellName, hosts }, 'this agent has joined its cell');
  };
  const afterMs = cell.renewKeyAfterDays * DAY_MS;
  const renewal = new KeyRenewal({ stateDir, agentId, credential, afterMs, log });
  return { agentId, credential, join: token === '' ? null : join, renewal };
}
