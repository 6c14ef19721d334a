import { choice, flag, integer, key, list, secret, section, text } from './options.ts';
import { Secret } from './secret.ts';

/** Sections that more than one process reads. A process's own section stands in its own config.ts. */

export const logSection = section('log', {
  level: choice(['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const, {
    help: 'The least severe messages that are written.',
    fallback: 'info',
  }),
});

/** Each process has its own values: two of one host cannot share a port. */
export const metricsSection = section('metrics', {
  host: text({
    help: 'The address on which `GET /metrics` of this process is served; no key is asked for.',
    fallback: '127.0.0.1',
  }),
  port: integer({
    help: 'Its port, of this process alone; 0: metrics are not served.',
    fallback: 0,
    minimum: 0,
    maximum: 65535,
  }),
});

const storeTls = flag({
  help: 'Use TLS when the section tls names files; its certificate must name the host. False: plain, for a server on loopback.',
  fallback: true,
});

/** Linux takes no longer path for a socket file, in bytes. */
export const MAX_SOCKET_PATH = 107;
const storeSocket = text({
  help: 'The socket file of a server on this machine, 107 bytes at most. Set: host, port and tls are not used. Whoever may open the file still needs the password.',
  fallback: '',
});
const socketFits = ({ socket }: { readonly socket: string }): string | null =>
  Buffer.byteLength(socket) <= MAX_SOCKET_PATH ? null : `socket must have ${MAX_SOCKET_PATH} bytes at most`;

/** @param database whose it is, as the help says it. */
const databaseSection = (name: string, database: string, schema: string) =>
  section(
    name,
    {
      host: text({ help: `Host name or address of ${database}.`, fallback: '127.0.0.1' }),
      port: integer({ help: 'Its port.', fallback: 3306, minimum: 1, maximum: 65535 }),
      user: text({ help: 'Its user.', fallback: 'volvox' }),
      password: secret({ help: 'The password of that user.' }),
      tls: storeTls,
      socket: storeSocket,
      database: text({ help: 'Its schema.', fallback: schema }),
      poolSize: integer({ help: 'Most connections of this process to it.', fallback: 10, minimum: 1 }),
    },
    socketFits,
  );

/** @param redis whose it is, as the help says it. */
const redisSection = (name: string, redis: string) =>
  section(
    name,
    {
      host: text({ help: `Host name or address of ${redis}.`, fallback: '127.0.0.1' }),
      port: integer({ help: 'Its port.', fallback: 6379, minimum: 1, maximum: 65535 }),
      password: secret({ help: 'Its password.' }),
      tls: storeTls,
      socket: storeSocket,
    },
    socketFits,
  );

export const directorySection = databaseSection('directory', 'the directory database', 'volvox_directory');
/** Only conductors read this. */
export const cellDatabaseSection = databaseSection('cellDatabase', "the cell's database", 'volvox_cell');
export const globalRedisSection = redisSection('globalRedis', 'the global Redis');
export const cellRedisSection = redisSection('cellRedis', "the cell's Redis");

/** The same Redis as its agents read it. */
export const agentRedisSection = section(
  'cellRedis',
  {
    ...cellRedisSection.options,
    password: secret({
      help: 'agents: the password of the default user, as releases without users for agents needed it. Not set: the agent has a user of its own, with the key that it got when it joined.',
      fallback: new Secret(''),
    }),
  },
  socketFits,
);

/** How an agent reaches its conductor, and proves which agent it is. */
export const cellSection = section('cell', {
  conductorUrls: list({
    help: "The conductors of this agent's cell, tried in order.",
    fallback: ['http://127.0.0.1:8780'],
  }),
  joinToken: secret({
    help: 'agents: a one-time token (volvox host token) with which an agent that has no key yet gets one when it starts. Not set: volvox host join gave the agent its key.',
    fallback: new Secret(''),
  }),
  renewKeyAfterDays: integer({
    help: 'agents: an agent that has a key of its own gets itself another one when the key is so old, days; 0: never, its key changes with volvox host join only.',
    fallback: 30,
    minimum: 0,
    maximum: 3_650,
  }),
  agentKey: key({
    help: 'A key that all agents of the cell share, as releases without keys of their own needed. While it is set on the conductor, agents that have not joined are let in with it. Not set: every agent needs a key of its own.',
    fallback: new Secret(''),
  }),
});

/** Fault drills: operations are held at places, by files. See docs/operations.md. */
export const drillSection = section('drill', {
  folder: text({ help: 'Where the files are that hold operations at a place; empty: no drills.', fallback: '' }),
});

/** Keys of the global tier. */
export const trustSection = section('trust', {
  signingKey: key({
    help: 'Signs tokens and image tickets; the same for every process of the global tier; 32 characters or more.',
  }),
  serviceKey: key({ help: 'The key that processes of the global tier show each other; 32 characters or more.' }),
});
