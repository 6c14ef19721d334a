import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cpioArchive, directory, file, link } from '../../deploy/local/guest-image/cpio-archive.ts';
import { kernelModules } from '../../deploy/local/guest-image/kernel-modules.ts';
import type { CloudKernel } from './cloud-kernel.ts';

/** What it takes to reach the root of this machine, and the harness. All others are loaded when something asks for them. */
const MODULES = ['virtio_pci', 'virtiofs', 'overlay', 'virtio_console', 'virtio_net'];
/** The packaged busybox is linked statically. */
const BUSYBOX = '/usr/bin/busybox';

/** The first root of a test host. */
export function bootArchive(kernel: CloudKernel): Buffer {
  const modules = kernelModules(dirname(kernel.modules), MODULES);
  const folders = ['bin', 'dev', 'proc', 'sys', 'machine', 'layer', 'root', 'modules'];
  return gzipSync(
    cpioArchive([
      ...folders.map(directory),
      file('bin/busybox', readFileSync(BUSYBOX), 0o755),
      link('bin/sh', 'busybox'),
      file('init', readFileSync(join(import.meta.dirname, 'init')), 0o755),
      ...modules.map((module) => file(`modules/${module.file}`, module.content)),
      file('modules/order', Buffer.from(modules.map((module) => `${module.file}\n`).join(''))),
    ]),
    { level: 1 },
  );
}
