import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface UploadServer {
  readonly url: string;
  readonly ticket: string;
  /** The bytes of each upload that was answered with 204. */
  readonly received: Buffer[];
  /** Statuses of the next answers, before those of success. */
  readonly refusals: number[];
  /** Called when an upload begins. */
  onUpload: () => Promise<void>;
  close(): void;
}

const TICKET = 'an-upload-ticket';

/** Takes the bytes of an image, as the image service does from a host. */
export async function startUploadServer(): Promise<UploadServer> {
  const received: Buffer[] = [];
  const refusals: number[] = [];
  const server: Server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'PUT' || request.headers.authorization !== `Bearer ${TICKET}`) {
      response.writeHead(401).end();
      return;
    }
    await uploads.onUpload();
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const refusal = refusals.shift();
    if (refusal !== undefined) response.writeHead(refusal).end('no');
    else {
      received.push(Buffer.concat(chunks));
      response.writeHead(204).end();
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const uploads: UploadServer = {
    url: `http://127.0.0.1:${port}/image`,
    ticket: TICKET,
    received,
    refusals,
    onUpload: async () => undefined,
    close: () => server.close(),
  };
  return uploads;
}
