import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** How far a client is. */
interface Progress {
  readonly bytes: number;
  /** From which byte on each of its connections has sent. */
  readonly from: readonly number[];
  /** SHA-256 of all of it, at the end. */
  readonly sum: string | null;
}

interface Download {
  now(): Progress;
  stop(): Promise<void>;
}

/** Serves the file in a namespace. @returns what ends it. */
export async function serveFile(namespace: string, port: number, bytesPerSecond: number): Promise<() => Promise<void>> {
  const child = startIn(namespace, 'file-server.ts', String(port), String(bytesPerSecond));
  if (child.stdout !== null) await once(child.stdout, 'data');
  return () => end(child);
}

/** Fetches a file in a namespace, and goes on after an interruption until it has all of it. */
export function download(namespace: string, url: string): Download {
  const child = startIn(namespace, 'resuming-client.ts', url);
  let progress: Progress = { bytes: 0, from: [], sum: null };
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => {
      progress = JSON.parse(line) as Progress;
    });
  return { now: () => progress, stop: () => end(child) };
}

const startIn = (namespace: string, script: string, ...args: readonly string[]): ChildProcess =>
  spawn('ip', ['netns', 'exec', namespace, process.execPath, resolve(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
