import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { CONSOLE_PATHS } from './paths.ts';

const OWN = join(import.meta.dirname, 'page');
/** The package noVNC as npm has it: `core/rfb.js` and what that imports. */
const NOVNC = dirname(dirname(fileURLToPath(import.meta.resolve('@novnc/novnc'))));

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};
const HOUR_S = 3_600;

interface PageOptions {
  /** How browsers reach it. */
  readonly publicUrl: string;
  /** Of other pages that may show it in a frame. */
  readonly frameOrigins: readonly string[];
}

/** Serves the page that shows a guest's screen. It has no secret in it: the token is in its URL, and the WebSocket checks it. */
export function serveConsolePage(app: FastifyInstance, { publicUrl, frameOrigins }: PageOptions): void {
  const page = readFileSync(join(OWN, 'page.html'));
  const files = new Map([
    ...filesBelow(OWN, ''),
    ...filesBelow(join(NOVNC, 'core'), 'novnc/core/'),
    ...filesBelow(join(NOVNC, 'vendor'), 'novnc/vendor/'),
  ]);
  const { origin } = new URL(publicUrl);
  const headers = {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      `connect-src 'self' ${origin.replace(/^http/, 'ws')}`,
      `frame-ancestors ${["'self'", ...frameOrigins].join(' ')}`,
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
  app.get(CONSOLE_PATHS.screen, (_request, reply) =>
    reply
      .headers({ ...headers, 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(page),
  );
  app.get<{ Params: { '*': string } }>(`${CONSOLE_PATHS.files}*`, (request, reply) => {
    const name = request.params['*'];
    const file = files.get(name);
    const type = TYPES[extname(name)];
    if (file === undefined || type === undefined) return reply.callNotFound();
    return reply
      .headers({ ...headers, 'cache-control': `max-age=${HOUR_S}` })
      .type(type)
      .send(file);
  });
}

/** All of a folder, by the names under which they are served. They are few and small, and are read once. */
function filesBelow(folder: string, prefix: string): [string, Buffer][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [`${prefix}${path.slice(folder.length + 1)}`, readFileSync(path)];
    });
}
