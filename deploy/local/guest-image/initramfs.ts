import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ArchiveEntry, cpioArchive, directory, file, link } from './cpio-archive.ts';
import { kernelModules } from './kernel-modules.ts';

const MODULES = [
  ...['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_rng', 'virtio_balloon', 'button', 'evdev'],
  // Config drives, and disks on SCSI; the file system of ephemeral disks.
  ...['ata_piix', 'sr_mod', 'isofs', 'virtio_scsi', 'sd_mod', 'ext4'],
  // The channel of the QEMU guest agent.
  'virtio_console',
] as const;

/** The guest's whole root: busybox, the modules it needs, and our `init`. `packages` is the folder that stands for their root. */
export function initramfs(packages: string, sources: string): Buffer {
  const own = (name: string): Buffer => readFileSync(join(sources, name));
  const modules = kernelModules(join(packages, 'lib/modules'), MODULES);
  const entries: ArchiveEntry[] = [
    ...['bin', 'dev', 'etc', 'etc/acpi', 'etc/acpi/PWRF', 'modules'].map(directory),
    file('bin/busybox', readFileSync(join(packages, 'bin/busybox')), 0o755),
    link('bin/sh', 'busybox'),
    file('init', own('init'), 0o755),
    file('etc/udhcpc.script', own('udhcpc.script'), 0o755),
    file('etc/acpi/PWRF/00000080', own('power-button'), 0o755),
    file('etc/passwd', Buffer.from('root::0:0:root:/root:/bin/sh\n')),
    file('etc/hostname', Buffer.from('guest\n')),
    ...modules.map((module) => file(`modules/${module.file}`, module.content)),
    file('modules/order', Buffer.from(`${modules.map((module) => module.file).join('\n')}\n`)),
  ];
  return gzipSync(cpioArchive(entries), { level: 6 });
}
