import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Document, documentFor, NO_DOCUMENT } from '../../agent/metadata/documents.ts';
import { askAgent } from './ask-agent.ts';
import { ConnectionShares } from './connection-shares.ts';
import { isPasswordPath, passwordReply } from './password-document.ts';
import { RecordFiles } from './record-files.ts';
import { type MetadataServerConfig, parseServerConfig } from './server-config.ts';

/**
 * The metadata server of a host: a process of its own in the metadata namespace, so that guests are answered while the agent is
 * away. The address at which a connection arrives tells networks with the same addresses apart; a guest is known by the
 * address it asks from (which it cannot forge: its port sends with its own addresses only). It asks the agent first, and answers
 * from the last known records when nobody answers.
 *
 * Started with the path of its configuration. SIGHUP: read it again. SIGTERM: end.
 */
const configPath = process.argv[2];
if (configPath === undefined) throw new Error('usage: metadata-server.ts <configuration>');

const log = (message: string): void => console.log(`${new Date().toISOString()} ${message}`);
const connections = new ConnectionShares({ ofNetwork: 200, ofGuest: 20 });
/** A connection on which nothing moves for so long ends, also when its guest does not read what it asked for. */
const SILENCE_MS = 5_000;
let config: MetadataServerConfig = await readConfig();
let away = false;

async function readConfig(): Promise<MetadataServerConfig> {
  return parseServerConfig(await readFile(configPath as string, 'utf8'));
}

/** At a port, on all addresses of a family. */
function listen(options: { readonly host: '0.0.0.0' | '::'; readonly port: number }): Promise<void> {
  const limits = { requestTimeout: 10_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };
  const server = createServer(limits, (request, response) => {
    void answer(request, response);
  });
  server.maxRequestsPerSocket = 100;
  server.setTimeout(SILENCE_MS);
  server.on('connection', (socket) => {
    const giveBack = connections.take(addressOf(socket.localAddress), addressOf(socket.remoteAddress));
    if (giveBack === null) return void socket.destroy();
    socket.once('close', giveBack);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...options, ipv6Only: options.host === '::' }, resolve);
  });
}

const addressOf = (address: string | undefined): string => address?.replace(/^::ffff:/, '') ?? '';

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = addressOf(request.socket.remoteAddress).replace(/%.*$/, '');
  const networkId = config.networks[addressOf(request.socket.localAddress)];
  const send = (status: number, type: string, body: string | Buffer) =>
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
  try {
    const path = decodeURI((request.url ?? '/').replace(/\?.*$/, ''));
    if (networkId !== undefined && isPasswordPath(path)) {
      const { status, body } = await passwordReply(config.agentSocket, networkId, address, request);
      return void send(status, 'text/plain', body);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return void send(405, 'text/plain', 'Method Not Allowed');
    const document = networkId === undefined ? NO_DOCUMENT : await documentOf(networkId, address, path);
    if (document === null) return void send(503, 'text/plain', 'Try again later');
    send(document.status, document.type, document.body);
  } catch (error) {
    if (!(error instanceof URIError)) log(`network ${networkId}, ${address}: ${(error as Error).message}`);
    send(error instanceof URIError ? 400 : 500, 'text/plain', 'The request cannot be answered');
  }
}

/** Null: who asks is not known now, and may be later. */
async function documentOf(networkId: string, address: string, path: string): Promise<Document | null> {
  const fresh = await askAgent(config.agentSocket, networkId, address);
  noteAway(fresh.kind === 'away' ? fresh.reason : null);
  if (fresh.kind === 'known') return documentFor(path, fresh.record);
  if (fresh.kind === 'nobody') return NO_DOCUMENT;
  const kept = await new RecordFiles(config.recordsDir).read(networkId, address);
  return kept === null ? null : documentFor(path, kept);
}

/** Says once that the agent went away, and once that it is back: guests must not be able to fill the log. */
function noteAway(reason: string | null): void {
  if ((reason !== null) !== away) log(reason === null ? 'the agent answers again' : `the agent is away: ${reason}`);
  away = reason !== null;
}

/** The file that says what was applied belongs to the user it becomes, so it can go on writing that one. */
function becomeUnprivileged(): void {
  if (process.getuid?.() !== 0 || config.uid === 0) return;
  process.setgroups?.([]);
  process.setgid?.(config.uid);
  process.setuid?.(config.uid);
}

let applying: Promise<void> = Promise.resolve();
process.on('SIGHUP', () => {
  applying = applying
    .then(async () => {
      config = await readConfig();
      await writeFile(config.appliedFile, config.fingerprint);
    })
    .catch((error: Error) => log(`cannot take the new configuration: ${error.message}`));
});
process.on('SIGTERM', () => process.exit(0));

await listen({ host: '0.0.0.0', port: config.port });
await listen({ host: '::', port: config.linkLocalPort });
await writeFile(config.pidFile, `${process.pid}\n`);
becomeUnprivileged();
await writeFile(config.appliedFile, config.fingerprint);
log(`answering for ${Object.keys(config.networks).length} networks`);
