import { spawn } from 'node:child_process';

/** Runs a program quietly. @throws when it does not end with 0, with the end of what it said. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said = (said + chunk).slice(-8_000);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const end = said.trim().split('\n').slice(-15).join('\n');
      reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${end}`));
    });
  });
}
