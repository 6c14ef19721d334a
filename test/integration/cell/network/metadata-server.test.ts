import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METADATA_RECORD_VERSION } from '../../../../cell/agent/metadata/record.ts';
import { tryCommand } from '../../../../cell/agent/run-command.ts';
import { freePort } from '../../../support/free-port.ts';
import { startProcess } from '../../../support/process.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBinding, aNetwork, anInstance } from './a-binding.ts';

const PROGRAM = fileURLToPath(new URL('../../../../cell/network/metadata/metadata-server.ts', import.meta.url));
/** Two transits, for a test: the loopback device has both addresses. */
const [ONE, TWO] = ['127.0.0.2', '127.0.0.3'] as const;
const FROM = '127.0.0.9';
/** So long that a hundred answers do not fit into what the kernel keeps for a guest that does not read. */
const USER_DATA = Buffer.alloc(200_000).toString('base64');

describe('the metadata server', () => {
  const bindings = [aBinding(aNetwork(), 'host-1', []), aBinding(aNetwork(), 'host-1', [])] as const;
  let folder: string;
  let port: number;
  let server: ReturnType<typeof startProcess>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'volvox-metadata-'));
    port = await freePort();
    for (const binding of bindings) {
      const dir = join(folder, 'records', binding.network.id);
      await mkdir(dir, { recursive: true });
      const instance = anInstance(binding, { hostname: `of-${binding.network.id}`, userData: USER_DATA });
      const network = { links: [], networks: [], services: [] };
      await writeFile(
        join(dir, `${FROM}.json`),
        JSON.stringify({ version: METADATA_RECORD_VERSION, instance, network }),
      );
    }
    const config = {
      fingerprint: randomUUID(),
      port,
      linkLocalPort: 0,
      networks: { [ONE]: bindings[0].network.id, [TWO]: bindings[1].network.id },
      agentSocket: join(folder, 'no-agent'),
      recordsDir: join(folder, 'records'),
      appliedFile: join(folder, 'applied'),
      pidFile: join(folder, 'pid'),
      uid: process.getuid?.() ?? 0,
    };
    await writeFile(join(folder, 'server.json'), JSON.stringify(config));
    server = startProcess(process.execPath, [PROGRAM, join(folder, 'server.json')], { PATH: process.env.PATH });
    await waitUntil('the server', async () => (await readFile(config.appliedFile, 'utf8')) === config.fingerprint);
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  });

  const hostname = (host: string, localAddress = FROM) =>
    new Promise<string>((resolve, reject) => {
      const question = request(
        { host, port, localAddress, path: '/latest/meta-data/hostname', agent: false, timeout: 10_000 },
        (answer) => {
          let body = '';
          answer.on('data', (part) => (body += part)).once('end', () => resolve(body));
        },
      );
      question.once('timeout', () => question.destroy(new Error('no answer')));
      question.once('error', reject).end();
    });

  it('knows the network of a guest by the address at which it arrives', async () => {
    expect(await hostname(ONE)).toBe(`of-${bindings[0].network.id}`);
    expect(await hostname(TWO)).toBe(`of-${bindings[1].network.id}`);
    expect(await hostname('127.0.0.4')).toBe('Not Found');
  });

  it('answers a network while another one holds all connections that it can get', async () => {
    const sockets: Socket[] = [];
    try {
      for (let n = 0; n < 250; n++) {
        const localAddress = `127.0.1.${n % 50}`;
        sockets.push(connect({ host: ONE, port, localAddress }).on('error', () => {}));
      }
      await Promise.all(sockets.map((socket) => once(socket, 'connect').catch(() => undefined)));
      await waitUntil(
        'those beyond the bound to be closed',
        () => sockets.filter((one) => one.destroyed).length === 50,
      );
      expect(await hostname(TWO)).toBe(`of-${bindings[1].network.id}`);
      await expect(hostname(ONE)).rejects.toThrow();
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    await waitUntil('the first network to be answered again', () => hostname(ONE).catch(() => null));
  });

  it('answers a guest while a neighbour holds all connections that it can get', async () => {
    const sockets: Socket[] = [];
    try {
      for (let n = 0; n < 190; n++)
        sockets.push(connect({ host: ONE, port, localAddress: '127.0.1.1' }).on('error', () => {}));
      await waitUntil(
        'those beyond the bound to be closed',
        () => sockets.filter((one) => one.destroyed).length === 170,
      );
      await expect(hostname(ONE, '127.0.1.1')).rejects.toThrow();
      expect(await hostname(ONE)).toBe(`of-${bindings[0].network.id}`);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  it('ends a connection whose guest does not read what it asked for, and one that says nothing', async () => {
    const silent = connect({ host: ONE, port, localAddress: FROM });
    const greedy = connect({ host: ONE, port, localAddress: FROM });
    greedy.pause();
    const asked = `GET /latest/user-data HTTP/1.1\r\nHost: x\r\n\r\n`;
    greedy.write(asked.repeat(99));
    const ended = [silent, greedy].map((socket) =>
      once(
        socket.on('error', () => {}),
        'close',
      ),
    );
    silent.resume();
    await waitUntil('the server to have no connection', async () => {
      const open = (await tryCommand('ss', ['-Htn', 'state', 'established', `sport = :${port}`])).stdout;
      return open.trim() === '';
    });
    greedy.destroy();
    await Promise.all(ended);
  });
});
