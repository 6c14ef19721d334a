import { constants } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '#platform/errors/volvox-error.ts';
import { whyNoKvm } from '../../cell/compute/drivers/qemu/acceleration.ts';
import { type Lack, probeNetworking } from '../../cell/network/drivers/linux/probe.ts';

const MIB = 1024 ** 2;
/** Databases, logs and images of a new region take about this much, MiB. */
const MIN_FREE_MB = { qemu: 2_048, fake: 1_024 } as const;
/** What the databases with their connections need, and every service. */
const MIN_OPEN_FILES = 1_024;

type Driver = keyof typeof MIN_FREE_MB;

/** What is asked of this machine; replaced in tests. */
export interface Machine {
  readonly networking: () => Promise<readonly Lack[]>;
  /** Null when guests run by KVM; otherwise why they cannot. */
  readonly whyNoKvm: (folder: string) => Promise<string | null>;
  readonly freeMb: (folder: string) => Promise<number>;
  /** Infinity: without a limit. */
  readonly openFiles: () => Promise<number>;
}

const THIS_MACHINE: Machine = {
  networking: () => probeNetworking(),
  whyNoKvm: async (folder) => {
    try {
      await (await open('/dev/kvm', constants.O_RDWR)).close();
    } catch (error) {
      return messageOf(error);
    }
    const work = await mkdtemp(join(folder, 'kvm-probe-'));
    return whyNoKvm('qemu-system-x86_64', work).finally(() => rm(work, { recursive: true, force: true }));
  },
  freeMb: async (folder) => {
    await mkdir(folder, { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    return Math.floor((bavail * bsize) / MIB);
  },
  openFiles: async () => {
    const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
    const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1] ?? 'unlimited';
    return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
  },
};

/**
 * Tries what a region of this kind needs of the machine before anything of it is started.
 * @returns remarks for whoever starts it, such as slow emulation.
 * @throws Error that names each thing that is missing, with what helps.
 */
export async function checkHost(
  driver: Driver,
  folder: string,
  machine: Machine = THIS_MACHINE,
): Promise<readonly string[]> {
  const lacks: Lack[] = driver === 'qemu' ? [...(await machine.networking())] : [];
  const [freeMb, openFiles] = await Promise.all([machine.freeMb(folder), machine.openFiles()]);
  if (freeMb < MIN_FREE_MB[driver]) {
    lacks.push({
      what: `${folder} has ${freeMb} MiB free, and a region needs ${MIN_FREE_MB[driver]} MiB`,
      remedy: 'Free some disk, or put the region elsewhere: npm start -- --home DIR',
    });
  }
  if (openFiles < MIN_OPEN_FILES) {
    lacks.push({
      what: `A process may open ${openFiles} files, and the databases need ${MIN_OPEN_FILES}`,
      remedy: `Raise the limit: ulimit -Hn ${MIN_OPEN_FILES} (or nofile in /etc/security/limits.conf)`,
    });
  }
  if (lacks.length > 0) throw new Error(asText(lacks, driver));
  const noKvm = driver === 'qemu' ? await machine.whyNoKvm(folder) : null;
  return noKvm === null ? [] : [`KVM cannot be used (${noKvm}): guests are emulated, which is slow`];
}

function asText(lacks: readonly Lack[], driver: Driver): string {
  const items = lacks.map(({ what, remedy }) => `  - ${what}\n      ${remedy}`);
  return [
    'this host lacks what a region needs:',
    ...items,
    ...(driver === 'qemu' ? ['Without guests that run, nothing of it is needed: npm start -- --simulate 20'] : []),
    'Nothing was started.',
  ].join('\n');
}
