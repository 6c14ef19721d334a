import type { Sightings } from '#platform/audit/sightings.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { OperationEngine } from '#platform/operations/engine.ts';
import type { Waker } from '#platform/queue/waker.ts';
import type { TicketedGuest } from '#platform/rpc/disk-ticket.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { CellDatabase, CellTx } from '../database/cell-database.ts';
import type { AgentCertificates } from './agents/agent-certificates.ts';
import type { KnownKeys } from './agents/agent-keys.ts';
import type { AgentUsers } from './agents/agent-users.ts';
import type { AgentWaker } from './agents/agent-waker.ts';
import type { ComputeClients } from './agents/compute-clients.ts';
import type { SigningKeys } from './agents/signing-keys.ts';
import type { ConductorConfig } from './config.ts';
import type { HostFeed } from './host-feed.ts';
import type { Notifier } from './notifier.ts';

/** The collaborators of a cell's operations. */
export interface CellParts {
  readonly database: CellDatabase;
  readonly settings: Pick<
    ConductorConfig['conductor'],
    | 'buildTimeoutMs'
    | 'buildTrialAfterMs'
    | 'gracefulStopMs'
    | 'shelvedOffloadSeconds'
    | 'reclaimInstanceSeconds'
    | 'resizeConfirmSeconds'
    | 'buildAnswerMs'
    | 'defaultZone'
    | 'vendorDataFile'
    | 'keepDeletedDays'
    | 'outOfTouchMs'
    | 'hideAfterMs'
  >;
  readonly agents: AgentWaker;
  readonly hosts: HostFeed;
  /** Rung after a notice was written. */
  readonly notices: Notifier;
  /** Rung after a move reached another phase in this cell. */
  readonly moves: Notifier;
  /** A new ticket for the disks of a guest on a host of this compute agent, at its desired generation (platform/rpc/disk-ticket.ts). */
  readonly diskTicket: (guest: TicketedGuest, agentId: string | null) => Promise<string>;
  readonly clock: Clock;
}

export type CellEngine = OperationEngine<CellParts, CellTx>;

/** The collaborators of the door and the agent API. */
export interface ConductorParts extends CellParts {
  readonly cell: { readonly id: string; readonly name: string; readonly release: string };
  readonly engine: CellEngine;
  readonly waker: Waker;
  readonly computes: ComputeClients;
  readonly agentKeys: KnownKeys;
  readonly agentUsers: Pick<AgentUsers, 'compare'>;
  readonly certificates: Pick<AgentCertificates, 'issue' | 'fingerprint'>;
  readonly signing: Pick<SigningKeys, 'publicKeys' | 'rotate'>;
  readonly sightings: Pick<Sightings, 'note'>;
  readonly agentTimes: { readonly heartbeatMs: number; readonly downAfterMs: number };
  readonly ratios: { readonly vcpus: number; readonly ramMb: number; readonly diskGb: number };
  readonly log: Logger;
}
