import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { tryCommand } from '../../../agent/run-command.ts';
import { bootProbeDisk, PROBE_OUTPUT, PROBE_STATUS } from './boot-probe.ts';

export type Acceleration = 'kvm' | 'tcg';

/** A machine with KVM takes a tenth of it. */
const PROBE_DEADLINE_MS = 2_500;

/** How guests are run: on KVM if it works, else emulated. Logs which, and why. */
export async function probeAcceleration(qemu: string, folder: string, log: Logger): Promise<Acceleration> {
  const reason = await whyNoKvm(qemu, folder);
  if (reason === null) log.info('guests run on KVM');
  else log.warn({ reason }, 'KVM does not work here; guests are emulated (TCG)');
  return reason === null ? 'kvm' : 'tcg';
}

/**
 * Null when KVM works, not only when `/dev/kvm` exists: a tiny 64-bit machine is run on it. Otherwise the reason. Writes its disk into `folder`.
 */
export async function whyNoKvm(qemu: string, folder: string): Promise<string | null> {
  const disk = join(folder, 'boot-probe.img');
  await writeFile(disk, bootProbeDisk());
  const args = [
    ...['-accel', 'kvm', '-cpu', 'host', '-machine', 'pc', '-m', '32', '-nodefaults', '-no-user-config'],
    ...['-display', 'none', '-vga', 'none', '-serial', 'stdio', '-device', 'isa-debug-exit,iobase=0xf4,iosize=1'],
    ...[
      '-drive',
      `file=${disk.replaceAll(',', ',,')},format=raw,if=none,id=disk,readonly=on`,
      '-device',
      'virtio-blk-pci,drive=disk',
    ],
  ];
  return await tryCommand(qemu, args, { deadlineMs: PROBE_DEADLINE_MS }).then(
    ({ status, stdout, stderr }) => {
      if (status === PROBE_STATUS && stdout.includes(PROBE_OUTPUT)) return null;
      return stderr.trim().split('\n').at(0) ?? `status ${status}`;
    },
    (error) => (isVolvoxError(error, 'deadline-exceeded') ? 'it is too slow to be KVM' : messageOf(error)),
  );
}
