import { spawn } from 'node:child_process';

/** Runs a program quietly. @throws when it does not end with 0, with how it began and ended what it said. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said = (said + chunk).slice(-64_000);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${ends(said.trim().split('\n'))}`));
    });
  });
}

/** The cause stands at the beginning or at the end; usage texts stand between. */
const ends = (lines) => (lines.length <= 24 ? lines : [...lines.slice(0, 12), '…', ...lines.slice(-10)]).join('\n');
