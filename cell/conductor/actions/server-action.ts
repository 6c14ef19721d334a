import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Actor } from '#platform/contracts/actor.ts';
import type { AnyOperation } from '#platform/operations/definition.ts';
import type { ActionRule } from '#platform/states/action-rule.ts';
import type { CellTx } from '../../database/cell-database.ts';
import type { GuestOnHost } from '../../database/stores/guests.ts';
import type { InstanceRow, InstanceWrites } from '../../database/stores/instances.ts';
import type { BindingOnHost } from '../../database/stores/port-bindings.ts';
import type { CellParts, ConductorParts } from '../parts.ts';

/** A request for an action, as it came to the door; its params are not checked yet. */
export interface ActRequest {
  readonly uuid: string;
  readonly operationId: string;
  readonly kind: string;
  readonly params: object;
  readonly actor: Actor;
}

/** What an action gets when it begins: the instance as it was before the door wrote it, and its guests. */
export interface Beginning<P> {
  readonly params: P;
  readonly instance: InstanceRow;
  readonly guests: readonly GuestOnHost[];
  readonly operationId: string;
  readonly actor: Actor;
  /** ms since the epoch */
  readonly now: number;
}

/** The effect of an action that has begun. */
export interface Effect {
  /** The parameters of its operation; not read if the action has no operation. */
  readonly params: object;
  /** Guests whose agents can begin before the engine runs the operation. */
  readonly wake: readonly GuestOnHost[];
  /** Ports whose network agents can begin. Absent: none. */
  readonly ports?: readonly BindingOnHost[];
  /** Hosts whose claims changed. */
  readonly hosts: readonly string[];
}

/** The operation that stands for a request which needs no new one. */
export interface Joined {
  readonly operationId: string;
  /** Whether the operation has something to do now. */
  readonly wake: boolean;
}

/** The names of an action and of its steps in a server's action log (nova/compute/instance_actions.py). */
export interface LogNames {
  /** Default: the kind. */
  readonly action?: string;
  /** By step; a step that Nova does not have shows under its own name. */
  readonly events?: Readonly<Record<string, string>>;
}

/**
 * The whole definition of one action of a server. The door (`door/act.ts`) looks it up by its kind, checks params, lock and state, and
 * runs it in one transaction. Nothing else in the cell knows which actions exist.
 */
interface ServerAction<P extends TSchema = TSchema> {
  readonly kind: string;
  /** The first release whose cells offer it, as in docs/server-actions.md. An older cell answers `unsupported`. */
  readonly since: string;
  /** The schema of its parameters. Fields that a newer caller adds are ignored. */
  readonly params: P;
  /** Whether it may begin on a locked server, too; otherwise only an admin may begin it there. */
  readonly ignoresLock?: true;
  /** The states in which it may begin. */
  rule(params: Static<P>, instance: InstanceRow): ActionRule;
  /** The operation that carries it out; null when the action ends with the transaction that begins it. */
  readonly operation: AnyOperation<CellParts, CellTx> | null;
  readonly log: LogNames;
  /**
   * Looks for an operation that the request joins, before the door checks the state. An action with this member does not wait for the
   * outcome of a hand-over. null: the action begins.
   * @throws VersionConflict when the instance was changed since it was read.
   */
  join?(tx: CellTx, parts: ConductorParts, request: ActRequest, instance: InstanceRow): Promise<Joined | null>;
  /** A request joins the operation of the same action that is in progress. */
  readonly joinsItself?: true;
  /** The action that is carried out in place of this one, and stands in the action log; null: this one. @throws VolvoxError conflict. */
  instead?(params: Static<P>, instance: InstanceRow, parts: CellParts): AnyAction | null;
  /** Columns of the instance to write, in addition to the owner and the task state, or in their place. */
  writes?(params: Static<P>, instance: InstanceRow): InstanceWrites;
  /** Writes the desired state of the guests. The door has written the instance's row before, so the row is locked. */
  begin(tx: CellTx, beginning: Beginning<Static<P>>): Promise<Effect>;
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds actions of every parameter type; each request is checked by the action's schema.
export type AnyAction = ServerAction<any> & { readonly accepts: (params: object) => string | null };

/** Derives the types of an action from its parameter schema, and adds `accepts`: null, or what is wrong with the parameters. */
export function serverAction<P extends TSchema>(definition: ServerAction<P>): AnyAction {
  const check = Compile(definition.params);
  const accepts = (params: object): string | null => {
    if (check.Check(params)) return null;
    const [first] = check.Errors(params);
    return `${first?.instancePath || '/'} ${first?.message ?? 'is not valid'}`;
  };
  return { ...definition, accepts };
}
