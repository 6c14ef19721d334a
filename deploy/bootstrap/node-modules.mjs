import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

export const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const NODE = join(REPOSITORY, 'node_modules/node/bin/node');

/**
 * Installs the npm packages of package-lock.json when they are not there, or are those of another lock. Not by `npm ci`: it refuses
 * a lock without the optional packages of other platforms, and a registry that lacks those cannot write another.
 */
export async function ensureNodeModules(progress) {
  const why = existsSync(NODE) ? difference() : 'none is installed';
  if (why === null) return;
  progress.say(`installing npm packages (${why})`);
  await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: REPOSITORY });
  if (!existsSync(NODE)) throw new Error('npm installed no Node 24 (package `node`); was its install script blocked?');
  progress.say('npm packages installed');
}

/** npm writes down what it installed; null when that is what the lock asks for. */
function difference() {
  const installed = packagesOf('node_modules/.package-lock.json');
  if (installed === null) return 'their versions are unknown';
  const wanted = packagesOf('package-lock.json') ?? {};
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '' || optional) continue;
    if (installed[path]?.version !== version) return `${path.replace('node_modules/', '')} ${version} is missing`;
  }
  return null;
}

function packagesOf(lock) {
  const path = join(REPOSITORY, lock);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : null;
}
