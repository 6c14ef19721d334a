import type { Static, TSchema } from 'typebox';

/**
 * Takes a value of one version of a contract to the neighbouring one. Pure. Must not fail on a valid value, but for a request that the older
 * version cannot say: that is refused on the caller's side, before it is sent, with a VolvoxError `unsupported`.
 */
type Convert = (value: unknown) => unknown;

/** How one version of a call differs from the version before it. A direction that is missing means "unchanged". */
export interface CallChange {
  readonly request?: { readonly down: Convert; readonly up: Convert };
  readonly response?: { readonly down: Convert; readonly up: Convert };
}

/** A question between processes: shapes, how long it may take, and how its shape changed over the contract's versions. */
export interface Call<Q extends TSchema = TSchema, A extends TSchema = TSchema> {
  readonly request: Q;
  readonly response: A;
  /** Used when the caller names no deadline of its own, ms. */
  readonly deadlineMs: number;
  /** The contract version that brought it; an older peer answers `unsupported`. */
  readonly since: number;
  /**
   * The peer does not carry the request out once its caller has stopped waiting, so that a caller without an answer knows that nothing was done
   * (platform/rpc/outcome.ts). For calls that change something.
   */
  readonly expires: boolean;
  /** A longer answer counts as none, bytes. */
  readonly maxAnswerBytes: number;
  /**
   * Callers without a certificate are served, too, where the server lets them connect (`withoutCertificate` of platform/rpc/http-service.ts):
   * for hosts that have none yet.
   */
  readonly withoutCertificate: boolean;
  /** Keyed by the version that brought the change. */
  readonly changes: Readonly<Record<number, CallChange>>;
  /** Its name up to a version of the contract, when it was renamed. */
  readonly formerly: FormerName | null;
}

/** A call that was renamed: contract versions up to `until` know it by `name` only. Stays until no supported release asks by `name`. */
interface FormerName {
  readonly name: string;
  readonly until: number;
}

export interface Contract<C extends Readonly<Record<string, Call>> = Readonly<Record<string, Call>>> {
  readonly name: string;
  /** What this code speaks best. */
  readonly version: number;
  /** The oldest version it still speaks: at least the one before `version` (law 8). */
  readonly oldest: number;
  /** Its servers may be in the wrong hands (a cell, a host), so their callers check the shape of each answer. */
  readonly checksAnswers?: boolean;
  readonly calls: C;
}

const MIB = 1024 * 1024;
/** As much as a request may have. */
const MAX_ANSWER_BYTES = 16 * MIB;
/** For lists of what users, or hosts, make long. */
export const LONG_ANSWER_BYTES = 64 * MIB;

export type RequestOf<C extends Call> = Static<C['request']>;
export type ResponseOf<C extends Call> = Static<C['response']>;

export function call<Q extends TSchema, A extends TSchema>(
  request: Q,
  response: A,
  options: {
    deadlineMs?: number;
    since?: number;
    expires?: boolean;
    maxAnswerBytes?: number;
    withoutCertificate?: boolean;
    changes?: Readonly<Record<number, CallChange>>;
    formerly?: FormerName;
  } = {},
): Call<Q, A> {
  return {
    request,
    response,
    deadlineMs: options.deadlineMs ?? 5_000,
    since: options.since ?? 1,
    expires: options.expires ?? false,
    maxAnswerBytes: options.maxAnswerBytes ?? MAX_ANSWER_BYTES,
    withoutCertificate: options.withoutCertificate ?? false,
    changes: options.changes ?? {},
    formerly: options.formerly ?? null,
  };
}

export function contract<C extends Readonly<Record<string, Call>>>(definition: Contract<C>): Contract<C> {
  return definition;
}

/**
 * The names under which a call is served. The former one stays as long as it stands in the contract: also peers that know the new name ask by
 * it (`askedName`).
 */
export const servedNames = (name: string, { formerly }: Call): readonly string[] =>
  formerly === null ? [name] : [name, formerly.name];

/**
 * The name that a caller uses. It is the former one as long as the caller still speaks to peers that know only that name, so every peer
 * understands it before the two have agreed on a version.
 */
export const askedName = ({ oldest }: Contract, name: string, { formerly }: Call): string =>
  formerly !== null && oldest <= formerly.until ? formerly.name : name;

/** A member of an object that was renamed: this version calls it `now`, the one before called it `before`. */
export function renamedMember(now: string, before: string): { readonly down: Convert; readonly up: Convert } {
  const rename = (from: string, to: string) => (value: unknown) => {
    const { [from]: member, ...rest } = value as Record<string, unknown>;
    return member === undefined ? rest : { ...rest, [to]: member };
  };
  return { down: rename(now, before), up: rename(before, now) };
}

/** Optional members that this version added: the version before gets the object without them. */
export const addedMember = (...names: readonly string[]): { readonly down: Convert; readonly up: Convert } => ({
  down: (value) => Object.fromEntries(Object.entries(value as object).filter(([name]) => !names.includes(name))),
  up: (value) => value,
});

type Both = { readonly down: Convert; readonly up: Convert };

/** A change inside a member, which may be null or absent. */
export function changedMember(name: string, change: Both): Both {
  const inside = (convertMember: Convert) => (value: unknown) => {
    const member = (value as Record<string, unknown>)[name] ?? null;
    return member === null ? value : { ...(value as object), [name]: convertMember(member) };
  };
  return { down: inside(change.down), up: inside(change.up) };
}

/** A change of each element of a member that is a list. */
export function eachMember(name: string, change: Both): Both {
  const each = (convertElement: Convert) => (list: unknown) => (list as unknown[]).map(convertElement);
  return changedMember(name, { down: each(change.down), up: each(change.up) });
}

/** Takes a request or a response from one version of the contract to another, a version at a time. */
export function convert(
  definition: Call,
  side: 'request' | 'response',
  value: unknown,
  from: number,
  to: number,
): unknown {
  let result = value;
  for (let version = from; version > to; version--)
    result = definition.changes[version]?.[side]?.down(result) ?? result;
  for (let version = from + 1; version <= to; version++)
    result = definition.changes[version]?.[side]?.up(result) ?? result;
  return result;
}
