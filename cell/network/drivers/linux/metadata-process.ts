import { spawn } from 'node:child_process';
import { chown, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { writeFileAtomically } from '../../../agent/atomic-file.ts';
import type { HostWanted } from '../../host-wanted.ts';
import type { MetadataServerConfig } from '../../metadata/server-config.ts';
import { endProcess, processOf, readOrNull, signal, until } from './detached-process.ts';
import { inNamespace } from './ip.ts';
import { agentSocket, metadataDir, metadataPortOf, type Place } from './place.ts';

const PROGRAM = fileURLToPath(new URL('../../metadata/metadata-server.ts', import.meta.url));
const READY_DEADLINE_MS = 15_000;

/** In a folder of the agent's own user, who opens them by name; the server may change `applied`, and nothing else. */
const filesOf = (place: Place) => {
  const dir = metadataDir(place);
  return {
    dir,
    config: join(dir, 'server.json'),
    log: join(dir, 'server.log'),
    appliedFile: join(dir, 'applied'),
    pidFile: join(dir, 'pid'),
    recordsDir: recordsDir(place),
  };
};
export const recordsDir = (place: Place): string => join(metadataDir(place), 'records');

/** Starts the metadata server, or makes it read its listeners again; returns when it has them. */
export async function serveMetadata(place: Place, wanted: HostWanted): Promise<void> {
  if (wanted.metadata === null) return;
  const files = filesOf(place);
  await mkdir(files.recordsDir, { recursive: true, mode: 0o755 });
  await chown(files.dir, process.getuid?.() ?? 0, -1);
  const config: MetadataServerConfig = {
    fingerprint: wanted.metadata,
    listeners: wanted.networks.map(({ networkId, slot }) => ({ networkId, port: metadataPortOf(place, slot) })),
    agentSocket: agentSocket(place),
    recordsDir: files.recordsDir,
    appliedFile: files.appliedFile,
    pidFile: files.pidFile,
    uid: place.serviceUid,
  };
  await writeFileAtomically(files.config, JSON.stringify(config), 0o644);
  const running = await processOf(files.pidFile, files.config);
  if (running === null || !signal(running.pid, 'SIGHUP')) await startServer(place, files);
  const applied = async () => (await findMetadataServer(place)) === wanted.metadata;
  if (!(await until(applied, READY_DEADLINE_MS))) {
    throw new VolvoxError('internal', `The metadata server of ${place.hostName} does not come up; see ${files.log}.`);
  }
}

async function startServer(place: Place, files: ReturnType<typeof filesOf>): Promise<void> {
  await rm(files.pidFile, { force: true });
  await writeFile(files.appliedFile, '');
  await chown(files.appliedFile, place.serviceUid, place.serviceUid);
  const output = await open(files.log, 'a', 0o644);
  try {
    const child = spawn('ip', inNamespace(place, process.execPath, PROGRAM, files.config), {
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      cwd: '/',
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
  } finally {
    await output.close();
  }
}

export async function stopMetadata(place: Place): Promise<void> {
  const files = filesOf(place);
  await endProcess(files.pidFile, files.config);
  await rm(files.dir, { recursive: true, force: true });
}

/** The fingerprint of the listeners that stand; null when no server runs. */
export async function findMetadataServer(place: Place): Promise<string | null> {
  const files = filesOf(place);
  if ((await processOf(files.pidFile, files.config)) === null) return null;
  return (await readOrNull(files.appliedFile)) || null;
}
