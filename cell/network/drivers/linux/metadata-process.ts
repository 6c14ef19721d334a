import { spawn } from 'node:child_process';
import { chown, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { writeFileAtomically } from '../../../agent/atomic-file.ts';
import { programEnvironment } from '../../../agent/program-environment.ts';
import type { DesiredHost } from '../../desired-host.ts';
import { isServerConfig, type MetadataServerConfig } from '../../metadata/server-config.ts';
import { metadataTransitName } from '../../names.ts';
import { boundLog } from './bounded-log.ts';
import { endProcess, processOf, readOrNull, signal, until } from './detached-process.ts';
import { agentSocket, type HostSetup, metadataDir, metadataNamespace } from './host-setup.ts';
import { inNamespace } from './ip.ts';
import { LINK_LOCAL_METADATA_PORT, linkLocalArrival } from './link-local-metadata.ts';
import { isInNamespace } from './namespace-names.ts';
import { makeServiceFolder } from './service-folder.ts';
import { metadataTransit } from './transits.ts';

const PROGRAM = fileURLToPath(new URL('../../metadata/metadata-server.ts', import.meta.url));
const READY_DEADLINE_MS = 15_000;

/** In a folder of the agent's own user, who opens them by name; the server may change `applied`, and nothing else. */
const filesOf = (setup: HostSetup) => {
  const dir = metadataDir(setup);
  return {
    dir,
    config: join(dir, 'server.json'),
    log: join(dir, 'server.log'),
    appliedFile: join(dir, 'applied'),
    pidFile: join(dir, 'pid'),
    recordsDir: recordsDir(setup),
  };
};
export const recordsDir = (setup: HostSetup): string => join(metadataDir(setup), 'records');

/** Starts the metadata server, or makes it read its networks again; returns when it has them. */
export async function serveMetadata(setup: HostSetup, desired: DesiredHost): Promise<void> {
  if (desired.metadata === null) return;
  const files = filesOf(setup);
  await makeServiceFolder(files.dir, setup.serviceUid);
  await mkdir(files.recordsDir, { recursive: true, mode: 0o755 });
  const config: MetadataServerConfig = {
    fingerprint: desired.metadata,
    port: setup.metadataPort,
    linkLocalPort: LINK_LOCAL_METADATA_PORT,
    networks: Object.fromEntries(
      desired.networks.flatMap(({ networkId, slot, bridge }) => [
        [metadataTransit(slot).servingEnd, networkId],
        [linkLocalArrival(metadataTransitName(bridge)), networkId],
      ]),
    ),
    agentSocket: agentSocket(setup),
    recordsDir: files.recordsDir,
    appliedFile: files.appliedFile,
    pidFile: files.pidFile,
    uid: setup.serviceUid,
  };
  const isOfNow = isServerConfig((await readOrNull(files.config)) ?? '');
  await writeFileAtomically(files.config, JSON.stringify(config), 0o644);
  const running = await processOf(files.pidFile, files.config);
  // One that an earlier release has started listens at fewer ports.
  const inPlace = running !== null && isOfNow && (await isInNamespace(running.pid, metadataNamespace(setup)));
  if (running !== null && !inPlace) await endProcess(files.pidFile, files.config);
  if (!inPlace || !signal(running.pid, 'SIGHUP')) await startServer(setup, files);
  const applied = async () => (await findMetadataServer(setup)) === desired.metadata;
  if (!(await until(applied, READY_DEADLINE_MS))) {
    throw new VolvoxError('internal', `The metadata server of ${setup.hostName} does not come up; see ${files.log}.`);
  }
}

async function startServer(setup: HostSetup, files: ReturnType<typeof filesOf>): Promise<void> {
  await rm(files.pidFile, { force: true });
  await writeFile(files.appliedFile, '');
  await chown(files.appliedFile, setup.serviceUid, setup.serviceUid);
  const output = await open(files.log, 'a', 0o644);
  try {
    const child = spawn('ip', inNamespace(metadataNamespace(setup), process.execPath, PROGRAM, files.config), {
      detached: true,
      env: programEnvironment(),
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

export async function stopMetadata(setup: HostSetup): Promise<void> {
  const files = filesOf(setup);
  await endProcess(files.pidFile, files.config);
  await rm(files.dir, { recursive: true, force: true });
}

/** The fingerprint of the networks that it answers; empty when none runs where it should, but one left its files; null when there is nothing. */
export async function findMetadataServer(setup: HostSetup): Promise<string | null> {
  const files = filesOf(setup);
  const running = await processOf(files.pidFile, files.config);
  if (running === null || !(await isInNamespace(running.pid, metadataNamespace(setup))))
    return (await readOrNull(files.config)) === null ? null : '';
  await boundLog(files.log);
  return (await readOrNull(files.appliedFile)) ?? '';
}
