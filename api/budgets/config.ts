import type { ConfigOf } from '#platform/config/load.ts';
import { integer, section } from '#platform/config/options.ts';

/** The bounds of one api process on what a project, a user or an address may use of it. */
export const budgetsSection = section(
  'budgets',
  {
    requestsPerSecond: integer({
      help: 'Requests a second that a project may send for long; for requests without a valid token, a client address. Above: 429 with Retry-After.',
      fallback: 1_000,
      minimum: 1,
    }),
    requestBurst: integer({
      help: 'Requests that may come at once before requestsPerSecond applies.',
      fallback: 3_000,
      minimum: 1,
    }),
    requestsInFlight: integer({
      help: 'Most requests that are worked on at once, in all: lists, other reads and writes each.',
      fallback: 128,
      minimum: 1,
    }),
    listsInFlightPerProject: integer({
      help: 'Most lists of a project that are worked on at once; the others wait, and projects take turns. A page of a list may take this process 50 ms.',
      fallback: 4,
      minimum: 1,
    }),
    readsInFlightPerProject: integer({
      help: 'The same for other GET requests.',
      fallback: 16,
      minimum: 1,
    }),
    writesInFlightPerProject: integer({
      help: 'The same for all other requests.',
      fallback: 16,
      minimum: 1,
    }),
    requestsWaiting: integer({
      help: 'Most requests that wait, in all: lists, other reads and writes each. Above: 429 with Retry-After.',
      fallback: 2_000,
      minimum: 0,
    }),
    requestsWaitingPerProject: integer({
      help: 'Most requests of a project that wait.',
      fallback: 256,
      minimum: 0,
    }),
    maxWaitMs: integer({
      help: 'How long a request waits for its turn, ms. After that: 429 with Retry-After.',
      fallback: 10_000,
      minimum: 1,
      maximum: 30_000,
    }),
    passwordHashesInFlight: integer({
      help: 'Most passwords that are hashed at once (log-in, password change, new users and application credentials). Each takes a core for some 20 ms.',
      fallback: 1,
      minimum: 1,
      maximum: 16,
    }),
    keyPairsInFlight: integer({
      help: 'Most key pairs that are generated at once. Each takes a core for some 100 ms.',
      fallback: 1,
      minimum: 1,
      maximum: 16,
    }),
    slowWorkWaiting: integer({
      help: 'Most requests that wait for password hashing, for key generation, and for a pattern: each, in all.',
      fallback: 256,
      minimum: 0,
    }),
    slowWorkWaitingPerProject: integer({
      help: 'The same for a project, or an address that logs in; half as many for key generation, and few for a pattern.',
      fallback: 64,
      minimum: 0,
    }),
    imageListsInFlight: integer({
      help: 'Most lists of images that are read at once, each on one connection of directory.poolSize; each project has at most half of them.',
      fallback: 4,
      minimum: 1,
      maximum: 64,
    }),
    patternsInFlight: integer({
      help: 'Most lists with a pattern that is a regular expression that are worked on at once; each project has at most half of them.',
      fallback: 4,
      minimum: 1,
      maximum: 64,
    }),
    maxConnections: integer({
      help: 'Most client connections that are open at once. Above: the idlest connection of the address, or /48, with the most is closed for one with fewer; otherwise the new one is.',
      fallback: 8_192,
      minimum: 16,
    }),
    connectionsPerAddress: integer({
      help: 'Most open connections of one client address, or /64; twice as many of a /56, and four times as many of a /48. Not applied when api.trustedProxies is set.',
      fallback: 1_024,
      minimum: 1,
    }),
    loginFailures: integer({
      help: 'Wrong passwords for one user from one address, after which log-ins are refused until the first of them counts no more. Ten times as many count for a user from everywhere, and five times as many users for an address; neither applies where the user has logged in within 30 days.',
      fallback: 10,
      minimum: 1,
    }),
    loginLeakSeconds: integer({
      help: 'How long a wrong password counts, after the one before it. While too many count, one log-in is let through in this time.',
      fallback: 60,
      minimum: 1,
      maximum: 3_600,
    }),
    lockoutFailures: integer({
      help: 'Different wrong passwords in a row, each within a day of the one before, after which a user is locked out, whatever the address; 0: never. Anybody can lock out a user whose name they know.',
      fallback: 0,
      minimum: 0,
    }),
    lockoutSeconds: integer({ help: 'How long a user is locked out.', fallback: 1_800, minimum: 1 }),
  },
  ({ requestBurst, requestsPerSecond }) =>
    requestBurst < requestsPerSecond ? 'requestBurst must be at least requestsPerSecond' : null,
);

export type BudgetsConfig = ConfigOf<{ budgets: typeof budgetsSection }>['budgets'];
