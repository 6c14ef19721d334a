import { expect, test } from 'vitest';
import {
  behindWall,
  incomingArguments,
  onBase,
  sandboxArguments,
} from '../../../../../../cell/compute/drivers/qemu/qemu-wall.ts';

const ROOT = { file: 'disk.qcow2', baseFormat: 'raw' };
const RESCUE = { file: 'rescue.qcow2', baseFormat: 'qcow2' };
const MONITOR = 'run/qmp.sock';

test('the sandbox denies all that QEMU can deny', () => {
  expect(sandboxArguments([ROOT]).join(' ')).toContain(
    '-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
  );
});

test('a machine reads its base image by a descriptor that it inherits', () => {
  const machine = ['-drive', 'file=disk.qcow2,format=qcow2,if=none,id=root', '-drive', 'file=swap.qcow2,format=qcow2'];
  expect(onBase(machine, [ROOT], MONITOR)).toEqual([
    '-drive',
    'file=disk.qcow2,format=qcow2,if=none,id=root,backing.driver=raw,backing.file.driver=file,backing.file.filename=/dev/fdset/1',
    '-drive',
    'file=swap.qcow2,format=qcow2',
  ]);
});

test('each disk on an image gets a descriptor of its own, and the memory the next one', () => {
  const machine = ['-drive', 'file=rescue.qcow2,id=rescue', '-drive', 'file=disk.qcow2,id=root'];
  expect(onBase(machine, [ROOT, RESCUE], MONITOR)).toEqual([
    '-drive',
    'file=rescue.qcow2,id=rescue,backing.driver=qcow2,backing.file.driver=file,backing.file.filename=/dev/fdset/2',
    '-drive',
    'file=disk.qcow2,id=root,backing.driver=raw,backing.file.driver=file,backing.file.filename=/dev/fdset/1',
  ]);
  expect(sandboxArguments([ROOT, RESCUE]).slice(2)).toEqual(['-add-fd', 'fd=3,set=1', '-add-fd', 'fd=4,set=2']);
  expect(incomingArguments([ROOT, RESCUE])).toEqual(['-S', '-incoming', 'fd:5']);
});

test('a machine of an earlier release is resumed behind the wall of today', () => {
  const former = [
    ...['-name', 'guest=a', '-chardev', 'socket,id=monitor,path=qmp.sock,server=on,wait=off'],
    ...['-sandbox', 'on,obsolete=deny', '-pidfile', 'qemu.pid', '-runas', '65534:65534'],
  ];
  expect(onBase(former, [ROOT], MONITOR)).toEqual([
    ...['-name', 'guest=a', '-chardev', 'socket,id=monitor,path=run/qmp.sock,server=on,wait=off'],
  ]);
});

test('the process becomes its user for ever, and sees the devices that it needs', () => {
  const options = {
    uid: 200_001,
    networkNamespace: '',
    cgroups: ['/c/memory/g', '/c/pids/g'],
    fileBytes: null,
    mounts: '/m',
  };
  const wall = behindWall({ ...options, kvm: true, taps: true });
  expect(wall).toContain('/c/memory/g /c/pids/g');
  expect(wall.slice(-5)).toEqual(['200001', 'kvm:10:232 net/tun:10:200', 'unlimited', '/m', '']);
  expect(wall.join(' ')).toContain('unshare --mount');
  expect(wall.join(' ')).toMatch(/setpriv --reuid .* --clear-groups .* --no-new-privs/);
  expect(behindWall({ ...options, fileBytes: 1_025, kvm: false, taps: false }).slice(-4)).toEqual(['', '3', '/m', '']);
  const passing = {
    ...options,
    kvm: false,
    taps: false,
    deviceFiles: ['vfio/vfio:10:196', 'vfio/7:511:0'],
    lockedKb: 5,
  };
  expect(behindWall(passing).slice(-4)).toEqual(['vfio/vfio:10:196 vfio/7:511:0', 'unlimited', '/m', '5']);
  expect(behindWall({ ...options, networkNamespace: 'net-1', kvm: false, taps: false }).join(' ')).toContain(
    'ip netns exec net-1',
  );
});
