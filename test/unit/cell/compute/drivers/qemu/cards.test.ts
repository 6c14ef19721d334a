import { expect, test } from 'vitest';
import {
  cardArguments,
  cardCommands,
  cardsAt,
  cardsOn,
  freePlace,
  hasCardId,
  withCardsAt,
  withoutCard,
} from '../../../../../../cell/compute/drivers/qemu/cards.ts';
import { machineArguments } from '../../../../../../cell/compute/drivers/qemu/machine-arguments.ts';
import { A_GUEST_ID, aNic, aSpec } from '../../a-guest.ts';

const machineOf = (type: string, taps: readonly string[]): readonly string[] => {
  const image = { ...aSpec().image, properties: { hw_machine_type: type } };
  return machineArguments({ guestId: A_GUEST_ID, spec: aSpec({ image, nics: taps.map(aNic) }), acceleration: 'tcg' });
};

test('the cards of a machine are known by their taps', () => {
  const machine = machineOf('pc', ['tapa', 'tapb']);
  expect(cardsOn(machine)).toEqual(['tapa', 'tapb']);
  expect(cardsOn(withoutCard(machine, 'tapa'))).toEqual(['tapb']);
  expect(withoutCard(machine, 'tapa')).toHaveLength(machine.length - 4);
  expect(hasCardId(machine, 'tapa')).toBe(true);
});

test('a card of an earlier release is known, though it has no id of its own', () => {
  const former = [
    '-netdev',
    'tap,id=net0,ifname=tapa,script=no,downscript=no',
    '-device',
    'virtio-net-pci,netdev=net0',
  ];
  expect(cardsOn(former)).toEqual(['tapa']);
  expect(hasCardId(former, 'tapa')).toBe(false);
});

test('a further card gets the address that it has after the next start, and one that went leaves its own free', () => {
  const machine = machineOf('pc', ['tapa']);
  const place = freePlace(machine) ?? '';
  const next = machineOf('pc', ['tapa', 'tapb']);
  expect(next.join(' ')).toContain(cardArguments(aNic('tapb'), place, 'virtio').join(' '));
  const swapped = withoutCard(next, 'tapa');
  expect(machine.join(' ')).toContain(cardArguments(aNic('tapa'), freePlace(swapped) ?? '', 'virtio').join(' '));
});

test('a machine on another host has its cards where those of the first one are', () => {
  const nics = [aNic('tapb'), aNic('tapc')];
  const machine = withoutCard(machineOf('pc', ['tapa', 'tapb']), 'tapa');
  const moved = [...machine, ...cardArguments(aNic('tapc'), freePlace(machine) ?? '', 'virtio')];
  const fresh = machineOf('pc', ['tapb', 'tapc']);
  expect(cardsAt(fresh)).not.toEqual(cardsAt(moved));
  const made = withCardsAt(fresh, nics, cardsAt(moved), 'virtio');
  expect(cardsAt(made)).toEqual(cardsAt(moved));
  expect([...made].sort()).toEqual([...moved].sort());
});

test('a machine on another host is not made when the two have other cards', () => {
  const machine = machineOf('pc', ['tapa']);
  expect(() => withCardsAt(machine, [aNic('tapa')], cardsAt(machineOf('pc', ['tapb'])), 'virtio')).toThrow(
    /other network cards/,
  );
  expect(() => withCardsAt(machine, [aNic('tapa')], [], 'virtio')).toThrow(/other network cards/);
  const former = [
    '-netdev',
    'tap,id=net0,ifname=tapa,script=no,downscript=no',
    '-device',
    'virtio-net-pci,netdev=net0',
  ];
  expect(() => cardsAt(former)).toThrow(/earlier release/);
});

test('a q35 takes eight further cards, each behind a port', () => {
  let machine = machineOf('q35', []);
  for (let index = 0; index < 8; index++) {
    expect(freePlace(machine)).toBe(`bus=plug${index}`);
    machine = [...machine, ...cardArguments(aNic(`tap${index}`), `bus=plug${index}`, 'virtio')];
  }
  expect(freePlace(machine)).toBeNull();
  expect(freePlace(withoutCard(machine, 'tap3'))).toBe('bus=plug3');
});

test('a card is of the model that the image asks for, and known as one', () => {
  const image = { ...aSpec().image, properties: { hw_vif_model: 'E1000' } };
  const spec = aSpec({ image, nics: [aNic('tapa')] });
  const machine = machineArguments({ guestId: A_GUEST_ID, spec, acceleration: 'tcg' });
  expect(machine.join(' ')).toMatch(/-device e1000,id=card-tapa,netdev=net-tapa,mac=[0-9a-f:]+,romfile=,addr=4\.0/);
  expect(cardsAt(machine)).toEqual([{ tapName: 'tapa', at: 'addr=4.0' }]);
  expect(cardCommands(aNic('tapb'), 'addr=5.0', 'e1000').device).toMatchObject({ driver: 'e1000', addr: '5.0' });
});
