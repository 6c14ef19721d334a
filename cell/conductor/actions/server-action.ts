import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Actor } from '#platform/contracts/door.ts';
import type { AnyOperation } from '#platform/operations/definition.ts';
import type { ActionRule } from '#platform/states/action-rule.ts';
import type { CellTx } from '../../database/cell-database.ts';
import type { GuestOnHost } from '../../database/stores/guests.ts';
import type { InstanceRow, InstanceWrites } from '../../database/stores/instances.ts';
import type { CellParts, ConductorParts } from '../parts.ts';

/** An action as the door was asked for it; its params are not checked yet. */
export interface ActRequest {
  readonly uuid: string;
  readonly operationId: string;
  readonly kind: string;
  readonly params: object;
  readonly actor: Actor;
}

/** What an action begins on: the instance as it was before the door wrote it, and its guests. */
export interface Beginning<P> {
  readonly params: P;
  readonly instance: InstanceRow;
  readonly guests: readonly GuestOnHost[];
  /** ms since the epoch */
  readonly now: number;
}

/** What an action has begun. */
export interface Effect {
  /** The parameters of its operation; nobody reads them for an action that has none. */
  readonly params: object;
  /** Guests whose agents can begin before the operation is looked at. */
  readonly wake: readonly GuestOnHost[];
  /** Hosts whose claims changed. */
  readonly hosts: readonly string[];
}

/** The operation that stands for a request which needs no new one. */
export interface Joined {
  readonly operationId: string;
  /** It has something to do now. */
  readonly wake: boolean;
}

/** How an action and its steps are called in a server's action log (nova/compute/instance_actions.py). */
export interface LogNames {
  /** By default the kind. */
  readonly action?: string;
  /** By step; a step that Nova does not have shows under its own name. */
  readonly events?: Readonly<Record<string, string>>;
}

/**
 * One action of a server, whole. The door (`door/act.ts`) looks it up by its kind, checks params, lock and state, and runs it in one
 * transaction; nothing else in the cell knows which actions exist.
 */
export interface ServerAction<P extends TSchema = TSchema> {
  readonly kind: string;
  /** The release whose cells offer it first, as docs/server-actions.md shows it. An older cell answers `unsupported`. */
  readonly since: string;
  /** What it needs besides the instance. Fields that a newer caller adds are ignored. */
  readonly params: P;
  /** Where it may begin. On a locked server only an admin may begin any action. */
  rule(params: Static<P>): ActionRule;
  /** What carries it out; null when it is over with the transaction that begins it. */
  readonly operation: AnyOperation<CellParts, CellTx> | null;
  readonly log: LogNames;
  /**
   * Looks for an operation that the request joins, before its state is checked. An action with this part does not wait for the verdict of
   * a hand-over. null: the action begins.
   * @throws VersionConflict when the instance was changed since it was read.
   */
  join?(tx: CellTx, parts: ConductorParts, request: ActRequest, instance: InstanceRow): Promise<Joined | null>;
  /** Columns of the instance that are written besides, or in place of, the owner and the task state. */
  writes?(params: Static<P>, instance: InstanceRow): InstanceWrites;
  /** Writes what is desired of the guests. The instance's row is written, and so locked, before. */
  begin(tx: CellTx, beginning: Beginning<Static<P>>): Promise<Effect>;
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds actions of every parameter type; each request is checked by the action's schema.
export type AnyAction = ServerAction<any> & { readonly accepts: (params: object) => string | null };

/** Gives an action its types from its parameter schema, and the check of its parameters: null, or what is wrong with them. */
export function serverAction<P extends TSchema>(definition: ServerAction<P>): AnyAction {
  const check = Compile(definition.params);
  const accepts = (params: object): string | null => {
    if (check.Check(params)) return null;
    const [first] = check.Errors(params);
    return `${first?.instancePath || '/'} ${first?.message ?? 'is wrong'}`;
  };
  return { ...definition, accepts };
}
