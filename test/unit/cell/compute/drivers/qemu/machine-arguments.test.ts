import { describe, expect, it, test } from 'vitest';
import type { GuestSpec } from '#platform/objects/guest.ts';
import type { Acceleration } from '../../../../../../cell/compute/drivers/qemu/acceleration.ts';
import { machineArguments } from '../../../../../../cell/compute/drivers/qemu/machine-arguments.ts';
import { A_GUEST_ID, aSpec } from '../../a-guest.ts';

const lineFor = (spec: Partial<GuestSpec>, acceleration: Acceleration = 'tcg'): string =>
  machineArguments({ guestId: A_GUEST_ID, spec: aSpec(spec), acceleration }).join(' ');

const aNic = (index: number) => ({
  portId: '6a1f0c1e-0000-4000-8000-0000000000cc',
  networkId: '6a1f0c1e-0000-4000-8000-0000000000dd',
  mac: `52:54:00:00:00:0${index}`,
  tapName: `tap${index}`,
  mtu: 1450,
  tag: null,
});

test('names the guest, so that its process can be known again', () => {
  expect(lineFor({})).toContain(`-name guest=${A_GUEST_ID} `);
});

test('gives what the flavor says', () => {
  const line = lineFor({ vcpus: 3, ramMb: 768, ephemeralGb: 1, swapMb: 64 });
  expect(line).toContain('-smp 3,sockets=3');
  expect(line).toContain(`-m ${768 * 1024 + 8}K `);
  expect(lineFor({ ramMb: 768 }, 'kvm')).toContain('-m 768M ');
  expect(line).toContain('file=ephemeral.qcow2');
  expect(line).toContain('file=swap.qcow2');
  expect(lineFor({})).not.toContain('ephemeral');
});

test('connects the network cards to the taps, in order, with their addresses', () => {
  const line = lineFor({ nics: [aNic(1), aNic(2)] });
  expect(line).toMatch(/ifname=tap1,script=no.*mac=52:54:00:00:00:01.*ifname=tap2,script=no.*mac=52:54:00:00:00:02/);
});

test('emulates or accelerates', () => {
  expect(lineFor({}, 'kvm')).toMatch(/-accel kvm -cpu host/);
  expect(lineFor({}, 'tcg')).toMatch(/-accel tcg,tb-size=64 -cpu max/);
});

test('follows the image in its machine type, and refuses one that is not there', () => {
  const withType = (type: string) => ({ image: { ...aSpec().image, properties: { hw_machine_type: type } } });
  expect(lineFor(withType('q35'))).toContain('-machine q35');
  expect(() => lineFor(withType('vax'))).toThrow(/vax/);
});

test('puts each disk on its bus, in the order in which the machine boots', () => {
  const disk = { sizeMb: 64, format: null, bus: null, bootIndex: null, tag: null };
  const line = lineFor({
    disks: [
      { ...disk, name: 'root', bus: 'scsi', bootIndex: 0 },
      { ...disk, name: 'ephemeral', bus: 'ide', bootIndex: 1 },
      { ...disk, name: 'ephemeral1', bus: 'usb' },
      { ...disk, name: 'swap' },
    ],
    nics: [aNic(1)],
  });
  for (const device of [
    'virtio-blk-pci,drive=swap,addr=2.0',
    'virtio-scsi-pci,id=scsi,addr=3.0',
    'qemu-xhci,id=usb,addr=4.0',
    'virtio-net-pci,id=card-tap1,netdev=net-tap1,mac=52:54:00:00:00:01,host_mtu=1450,romfile=,addr=6.0',
    'virtio-rng-pci,addr=5.0',
    'scsi-hd,bus=scsi.0,channel=0,scsi-id=0,lun=0,drive=root,bootindex=1',
    'ide-hd,bus=ide.0,unit=0,drive=ephemeral,bootindex=2',
    'usb-storage,bus=usb.0,port=1,drive=ephemeral1',
  ]) {
    expect(line).toContain(`-device ${device}`);
  }
});

test('boots a rescued guest from its rescue disk, and moves no other device', () => {
  const spec = aSpec({ ephemeralGb: 1, nics: [aNic(1)] });
  const devices = (isRescued: boolean) => {
    const all = machineArguments({
      ...{ guestId: A_GUEST_ID, spec, acceleration: 'tcg' },
      rescue: isRescued ? spec.image : null,
    });
    return all.filter((_argument, index) => all[index - 1] === '-device');
  };
  const root = 'virtio-blk-pci,drive=root';
  const [before, rescued] = [devices(false), devices(true)];
  expect(before).toContain(`${root},bootindex=1,addr=2.0`);
  expect(rescued).toContain('virtio-blk-pci,drive=rescue,bootindex=1,addr=2.0');
  expect(rescued).toContain(`${root},addr=6.0`);
  const others = (all: readonly string[]) => all.filter((device) => !/drive=(root|rescue)/.test(device));
  expect(others(rescued)).toEqual(others(before));
});

test('has consoles on sockets of its own folder only, and a screen that moves no other device', () => {
  const line = lineFor({ nics: [aNic(1)] });
  expect(line).toContain('-vnc unix:run/vnc.sock,share=ignore');
  expect(line).toContain('path=run/serial.sock,server=on,wait=off,logfile=console.log,logappend=on');
  expect(line).toContain('-device VGA,vgamem_mb=16,addr=1e');
});

test('has a channel to the guest agent when the image asks for it', () => {
  const withAgent = (value: string) => ({ image: { ...aSpec().image, properties: { hw_qemu_guest_agent: value } } });
  expect(lineFor(withAgent('Yes'))).toMatch(/path=run\/agent.sock.*chardev=agent,name=org.qemu.guest_agent.0/);
  expect(lineFor(withAgent('no'))).not.toContain('agent.sock');
  expect(lineFor({})).not.toContain('agent.sock');
});

describe('what an image asks of a machine', () => {
  const asked = (properties: Readonly<Record<string, string>>, rest: Partial<GuestSpec> = {}): Partial<GuestSpec> => ({
    image: { ...aSpec().image, properties },
    ...rest,
  });
  const rescued = (properties: Readonly<Record<string, string>>, spec: Partial<GuestSpec> = {}): string => {
    const rescue = { ...aSpec().image, properties };
    return machineArguments({ guestId: A_GUEST_ID, spec: aSpec(spec), rescue, acceleration: 'tcg' }).join(' ');
  };

  it.each([
    ['a bus for disks', { hw_disk_bus: 'scsi' }, 'scsi-hd,bus=scsi.0,channel=0,scsi-id=0,lun=0,drive=root,bootindex=1'],
    ['a bus for the config drive', { hw_cdrom_bus: 'sata' }, 'ide-cd,bus=sata.0,drive=config'],
    ['the usual one', {}, 'ide-cd,bus=ide.0,unit=0,drive=config'],
    ['the usual one of a q35', { hw_machine_type: 'q35' }, 'ide-cd,bus=ide.0,drive=config'],
    ['a screen', { hw_video_model: 'cirrus' }, 'cirrus-vga,vgamem_mb=16,addr=1e'],
  ])('%s', (_what, properties, device) => {
    expect(lineFor(asked(properties, { configDrive: true }))).toContain(`-device ${device}`);
  });

  it('no screen, and the menu of the firmware, which the flavor can ask for too', () => {
    expect(lineFor(asked({ hw_video_model: 'none' }))).not.toMatch(/-device \S*(VGA|vga|display),/);
    expect(lineFor(asked({ hw_boot_menu: 'Yes' }))).toContain('-boot strict=on,menu=on ');
    expect(lineFor({ extraSpecs: { 'hw:boot_menu': 'true' } })).toContain('-boot strict=on,menu=on ');
    expect(lineFor(asked({ hw_boot_menu: 'no' }))).toContain('-boot strict=on ');
  });

  it('a root disk that is a CD-ROM, on the bus for those', () => {
    const root = { name: 'root', sizeMb: 64, format: null, bus: null, type: 'cdrom', bootIndex: 0, tag: null } as const;
    expect(lineFor({ disks: [root] })).toContain('-device ide-cd,bus=ide.0,unit=0,drive=root,bootindex=1');
    const scsi = lineFor(asked({ hw_cdrom_bus: 'scsi' }, { disks: [root] }));
    expect(scsi).toContain('-device scsi-cd,bus=scsi.0,channel=0,scsi-id=0,lun=0,drive=root,bootindex=1');
  });

  it('a rescue whose disk moves no other device', () => {
    const root = '-device virtio-blk-pci,drive=root,addr=2.0';
    expect(rescued({ hw_rescue_device: 'disk' })).toContain(root);
    expect(rescued({ hw_rescue_device: 'disk' })).toContain('virtio-blk-pci,drive=rescue,bootindex=1,addr=4.0');
    expect(rescued({ hw_rescue_bus: 'usb' })).toContain(root);
    expect(rescued({ hw_rescue_bus: 'usb' })).toMatch(
      /qemu-xhci,id=usb,addr=4\.0 .*usb-storage,bus=usb\.0,port=1,drive=rescue,bootindex=1/,
    );
    const cdrom = rescued({ hw_rescue_device: 'cdrom' }, { configDrive: true });
    expect(cdrom).toContain('-device ide-cd,bus=ide.0,unit=1,drive=rescue,bootindex=1');
    expect(() => rescued({ hw_rescue_device: 'floppy' })).toThrow(/^Requested hardware 'floppy' is not supported by/);
    expect(() => rescued({ hw_rescue_device: 'cdrom', hw_rescue_bus: 'virtio' })).toThrow(/hw_rescue_bus.*ide, sata/);
  });

  it.each(['hw_disk_bus', 'hw_vif_model', 'hw_video_model', 'hw_machine_type'])('refuses an unknown %s', (name) => {
    expect(() => lineFor(asked({ [name]: 'xen' }))).toThrow(
      new RegExp(`^Requested hardware 'xen' is not supported by the 'qemu' virt driver.*\\(${name}\\)`),
    );
  });
});
