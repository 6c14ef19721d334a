import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';

export interface ImageServer {
  readonly url: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  stop(): Promise<void>;
}

/** Serves one file, as the image API does to compute agents. */
export async function serveImage(path: string, ticket: string): Promise<ImageServer> {
  const server = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${ticket}`) {
      response.writeHead(401).end();
      return;
    }
    response.writeHead(200, { 'content-length': statSync(path).size });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return {
    url: `http://127.0.0.1:${address.port}/image`,
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    sizeBytes: statSync(path).size,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
