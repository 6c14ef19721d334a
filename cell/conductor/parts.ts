import type { Logger } from '#platform/logging/logger.ts';
import type { OperationEngine } from '#platform/operations/engine.ts';
import type { Waker } from '#platform/queue/waker.ts';
import type { TicketedGuest } from '#platform/rpc/disk-ticket.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { CellDatabase, CellTx } from '../database/cell-database.ts';
import type { AgentWaker } from './agents/agent-waker.ts';
import type { ComputeClients } from './agents/compute-clients.ts';
import type { ConductorConfig } from './config.ts';
import type { HostFeed } from './host-feed.ts';
import type { Notifier } from './notifier.ts';

/** What the operations of a cell work with. */
export interface CellParts {
  readonly database: CellDatabase;
  readonly settings: Pick<
    ConductorConfig['conductor'],
    | 'buildTimeoutMs'
    | 'gracefulStopMs'
    | 'buildAnswerMs'
    | 'defaultZone'
    | 'keepDeletedDays'
    | 'outOfTouchMs'
    | 'hideAfterMs'
  >;
  readonly agents: AgentWaker;
  readonly hosts: HostFeed;
  /** Rung when a notice was written. */
  readonly notices: Notifier;
  /** Rung when a move came further here. */
  readonly moves: Notifier;
  /** A fresh ticket for the disks of a guest of this cell, as it is wanted now (platform/rpc/disk-ticket.ts). */
  readonly diskTicket: (guest: TicketedGuest) => string;
  readonly clock: Clock;
}

export type CellEngine = OperationEngine<CellParts, CellTx>;

/** What the door and the agents' desk work with. */
export interface ConductorParts extends CellParts {
  readonly cell: { readonly id: string; readonly name: string; readonly release: string };
  readonly engine: CellEngine;
  readonly waker: Waker;
  readonly computes: ComputeClients;
  readonly agentTimes: { readonly heartbeatMs: number; readonly downAfterMs: number };
  readonly ratios: { readonly vcpus: number; readonly ramMb: number; readonly diskGb: number };
  readonly log: Logger;
}
