import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** pass: as it is. cut: the connection ends after half of the answer. spoil: one bit is another one. stall: no answer until `releaseAll`. */
type Treatment = 'pass' | 'cut' | 'spoil' | 'stall';

export interface BlockProxy {
  readonly url: string;
  /** `disk 3`, `swap 0`: the blocks that were answered whole, in order. */
  readonly passed: string[];
  /** How the block with this name is treated the n-th time (from 1) that it is asked for. */
  treat: (block: string, times: number) => Treatment;
  /** Ends the connections of all stalled requests. */
  releaseAll(): void;
  stop(): Promise<void>;
}

/** The network between two agents. */
export async function startBlockProxy(target: string): Promise<BlockProxy> {
  const asked = new Map<string, number>();
  const pending: ServerResponse[] = [];
  const proxy: Omit<BlockProxy, 'url' | 'stop'> = {
    passed: [],
    treat: () => 'pass',
    releaseAll: () => {
      for (const response of pending.splice(0)) response.destroy();
    },
  };
  const server = createServer((incoming, response) => {
    const block = nameOf(incoming.url ?? '');
    const times = (asked.get(block ?? '') ?? 0) + 1;
    if (block !== null) asked.set(block, times);
    const treatment = block === null ? 'pass' : proxy.treat(block, times);
    if (treatment === 'stall') pending.push(response);
    else
      pass(incoming, response, target, treatment, () => {
        if (block !== null && treatment === 'pass') proxy.passed.push(block);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(proxy, {
    url,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function pass(
  incoming: IncomingMessage,
  response: ServerResponse,
  target: string,
  treatment: Treatment,
  done: () => void,
): void {
  const onward = request(new URL(incoming.url ?? '/', target), { headers: incoming.headers }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => {
      const body = Buffer.concat(chunks);
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      if (treatment === 'cut') response.write(body.subarray(0, body.length / 2), () => response.destroy());
      else {
        if (treatment === 'spoil') body[0] = (body[0] ?? 0) ^ 1;
        response.end(body);
        if ((answer.statusCode ?? 500) < 300) done();
      }
    });
  });
  onward.on('error', () => response.destroy());
  onward.end();
}

function nameOf(url: string): string | null {
  const match = /\/disks\/([a-z-]+)\/blocks\/(\d+)\?/.exec(url);
  return match === null ? null : `${match[1]} ${match[2]}`;
}
