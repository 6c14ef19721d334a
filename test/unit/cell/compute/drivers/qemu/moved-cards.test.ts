import { expect, it } from 'vitest';
import { cardArguments, freePlace, withoutCard } from '../../../../../../cell/compute/drivers/qemu/cards.ts';
import { machineArguments } from '../../../../../../cell/compute/drivers/qemu/machine-arguments.ts';
import { movedCards } from '../../../../../../cell/compute/drivers/qemu/moved-cards.ts';
import { A_GUEST_ID, aNic, aSpec } from '../../a-guest.ts';

const tagged = (tapName: string, index: number) => ({
  ...aNic(tapName),
  mac: `52:54:00:00:00:0${index}`,
  tag: tapName,
});
const specOf = (type: string, nics: readonly ReturnType<typeof aNic>[]) => {
  const image = { ...aSpec().image, properties: { hw_machine_type: type } };
  return aSpec({ image, nics: [...nics] });
};
const machineOf = (type: string, nics: readonly ReturnType<typeof aNic>[]) =>
  machineArguments({ guestId: A_GUEST_ID, spec: specOf(type, nics), acceleration: 'tcg' });
const [one, two, three] = [tagged('one', 1), tagged('two', 2), tagged('three', 3)];

it('of a machine that has just started has none', () => {
  expect(movedCards(machineOf('pc', [one, two]), specOf('pc', [one, two]))).toEqual([]);
  expect(movedCards(machineOf('q35', [one, two]), specOf('q35', [one, two]))).toEqual([]);
});

it('has what came and went while a pc ran', () => {
  const without = withoutCard(machineOf('pc', [one, two]), one.tapName);
  expect(movedCards(without, specOf('pc', [two]))).toEqual([{ mac: two.mac, address: '0000:00:05.0' }]);
  const again = [...without, ...cardArguments(three, freePlace(without) ?? '', 'virtio')];
  expect(movedCards(again, specOf('pc', [two, three]))).toEqual([
    { mac: two.mac, address: '0000:00:05.0' },
    { mac: three.mac, address: '0000:00:04.0' },
  ]);
});

it('has what is behind the ports of a q35, each on a bus of its own', () => {
  const machine = [
    ...machineOf('q35', [one]),
    ...cardArguments(two, 'bus=plug0', 'virtio'),
    ...cardArguments(three, 'bus=plug1', 'virtio'),
  ];
  expect(movedCards(machine, specOf('q35', [one, two, three]))).toEqual([
    { mac: two.mac, address: '0000:01:00.0' },
    { mac: three.mac, address: '0000:02:00.0' },
  ]);
  const untagged = { ...two, tag: null };
  expect(movedCards(machine, specOf('q35', [one, untagged]))).toEqual([]);
});
