/**
 * The closed list of ways in which a request can fail. Every error that crosses a process boundary is one of these;
 * HTTP status and body are decided at the edges (one table an API), never here.
 */
export const ERROR_KINDS = {
  invalid: 'The request itself is wrong: a field is unknown, malformed or out of range. Repeating it cannot help.',
  unauthenticated: 'The credentials name nobody, or they have expired.',
  forbidden: 'The caller is known and may not do this.',
  'not-found': 'The named thing does not exist, or the caller may not know that it exists.',
  conflict: 'The thing is not in a state in which this is possible, or somebody changed it first.',
  moved: 'The instance has another home; `details` carries `cellId` and `epoch`.',
  'quota-exceeded': 'A limit of the project would be passed; `details` carries resource, limit, in use, asked.',
  throttled:
    'The caller asks for more than its share now; `details.retryAfterSeconds` says when to repeat it. Nothing was done.',
  'too-large': 'The body or the asked-for amount is over a fixed bound.',
  'no-capacity': 'No host has capacity, or none satisfies the request; `details` carries the counted reasons.',
  unsupported: 'The peer does not speak the asked-for version or method.',
  unavailable: 'A part that is needed does not answer now. Repeating later may help.',
  'deadline-exceeded': 'No answer came in the allowed time; whether the work was done is unknown.',
  internal: 'A fault of ours. The public message says nothing; the log says everything.',
} as const;

export type ErrorKind = keyof typeof ERROR_KINDS;

interface VolvoxErrorOptions {
  /** Facts a program can act on; they are sent to the caller. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Facts for the log only. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  /**
   * The cause is in what the user asked for (an image, a flavor, a setting): nobody else can do it either, and the message is for the user, who
   * may mend it.
   */
  readonly blame?: 'request';
}

/** An error with a kind from the closed list. `message` is public: it may be shown to whoever made the request. */
export class VolvoxError extends Error {
  override readonly name = 'VolvoxError';
  readonly kind: ErrorKind;
  readonly details: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
  readonly blame: 'request' | null;

  constructor(kind: ErrorKind, message: string, options: VolvoxErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.details = options.details ?? {};
    this.context = options.context ?? {};
    this.blame = options.blame ?? null;
  }
}

export function isVolvoxError(error: unknown, kind?: ErrorKind): error is VolvoxError {
  return error instanceof VolvoxError && (kind === undefined || error.kind === kind);
}

/** The message of whatever was thrown, for logs and for step histories. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
