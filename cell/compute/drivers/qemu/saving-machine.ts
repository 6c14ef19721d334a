import { GUEST_FILES } from './guest-folder.ts';

/**
 * A process behind the wall of a guest that has the guest's root disk, only for reading, and no machine: it makes files of that disk while
 * the guest is down. It has the guest's id in its name, as a machine has, so that it is known again. Pure.
 */
export const savingMachine = (guestId: string): readonly string[] => [
  ...['-name', `guest=${guestId}`, '-machine', 'none', '-no-user-config', '-nodefaults', '-display', 'none', '-S'],
  ...['-chardev', `socket,id=monitor,path=${GUEST_FILES.monitor},server=on,wait=off`],
  ...['-mon', 'chardev=monitor,mode=control'],
  ...['-drive', `file=${GUEST_FILES.disk},format=qcow2,if=none,id=root,readonly=on`],
];
