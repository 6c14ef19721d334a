#!/usr/bin/env node
// The `volvox` command, for whatever Node is there: hands over to the repository's own Node.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutProxyForLoopback } from './bootstrap/loopback.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const node = join(here, '../node_modules/node/bin/node');
if (!existsSync(node)) {
  process.stderr.write(
    'volvox: its packages are not installed; `npm start` or `npm install` in its folder does that\n',
  );
  process.exit(1);
}
const child = spawn(node, [join(here, 'cli/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: withoutProxyForLoopback(process.env),
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.once('close', (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
