import { type Static, Type } from 'typebox';
import { jsonListOf } from '#platform/config/json-list.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import {
  DEVICE_AFFINITIES,
  type DeviceAffinity,
  type DeviceRequest,
  type DeviceSpec,
  deviceClassesOf,
  MAX_REQUESTED_DEVICES,
} from '#platform/objects/device-request.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import { ALIAS_TYPES, PciId, ResourceClass } from '#platform/objects/host-device.ts';
import type { Image } from '#platform/objects/image.ts';
import { oneOf } from '#platform/objects/scalars.ts';

/** In the words of Nova's `[pci] alias`. Aliases of one name stand for any of their devices. */
const Alias = Type.Object(
  {
    name: Type.String({ pattern: '^[^:,\\s]([^:,]*[^:,\\s])?$', maxLength: 256 }),
    capability_type: Type.Optional(oneOf(['pci'] as const)),
    vendor_id: Type.Optional(PciId),
    product_id: Type.Optional(PciId),
    device_type: Type.Optional(oneOf(ALIAS_TYPES)),
    numa_policy: Type.Optional(oneOf(DEVICE_AFFINITIES)),
    resource_class: Type.Optional(ResourceClass),
  },
  { additionalProperties: false },
);
type Alias = Static<typeof Alias>;

const readAliases = jsonListOf('pciAliases', Alias);
const DEFAULT_AFFINITY: DeviceAffinity = 'legacy';

/** The sentence that is wrong with `api.pciAliases`; null: nothing. */
export function whyNotAliases(text: string): string | null {
  const { list, wrong } = readAliases(text);
  if (list === null) return wrong;
  for (const alias of list) {
    const { name, vendor_id, product_id, resource_class, numa_policy, device_type } = alias;
    if ((vendor_id === undefined || product_id === undefined) && resource_class === undefined)
      return `pciAliases: alias ${name} has neither vendor_id and product_id nor resource_class`;
    const first = list.find((other) => other.name === name) ?? alias;
    if (first.numa_policy !== numa_policy) return `pciAliases: NUMA policy mismatch for alias '${name}'`;
    if (first.device_type !== device_type) return `pciAliases: Device type mismatch for alias '${name}'`;
  }
  return null;
}

/** `gpu:2, nic:1` */
const ASKED = /^\s*([^:,]*[^:,\s])\s*:\s*(\d{1,9})\s*$/;
const EXTRA_SPEC = 'pci_passthrough:alias';

/**
 * The flavor that a server gets, with what its aliases stand for now: later changes of aliases are for later servers. A flavor without any stays
 * the same.
 * @throws VolvoxError invalid, in Nova's words, for an alias that is not defined and a policy that contradicts; and for too many devices.
 */
export function withDeviceAliases(flavor: Flavor, image: Image, aliasesText: string): Flavor {
  const { extraSpecs } = flavor;
  const policy = requestedAffinity(extraSpecs['hw:pci_numa_affinity_policy'], image);
  const asked = extraSpecs[EXTRA_SPEC] ?? '';
  const aliases = asked === '' ? [] : (readAliases(aliasesText).list ?? []);
  const devices = asked === '' ? [] : asked.split(',').flatMap((one) => requestOf(one, asked, aliases, policy));
  const count = [...devices.map((request) => request.count), ...deviceClassesOf(extraSpecs).values()].reduce(
    (sum, one) => sum + one,
    0,
  );
  if (!(count <= MAX_REQUESTED_DEVICES))
    throw refusal(`A server has at most ${MAX_REQUESTED_DEVICES} devices of its host; the flavor asks for ${count}.`);
  return devices.length === 0 ? flavor : { ...flavor, devices };
}

function requestOf(
  one: string,
  asked: string,
  aliases: readonly Alias[],
  policy: DeviceAffinity | null,
): DeviceRequest[] {
  const [, name, digits] = ASKED.exec(one) ?? [];
  if (name === undefined)
    throw refusal(
      `Invalid value '${asked}' of the extra spec ${EXTRA_SPEC}; expected NAME:COUNT, with commas between several.`,
    );
  const called = aliases.filter((alias) => alias.name === name);
  if (called.length === 0) throw refusal(`PCI alias ${name} is not defined`);
  const count = Number(digits);
  if (count === 0) return [];
  const affinity = policy ?? called[0]?.numa_policy ?? DEFAULT_AFFINITY;
  return [{ name, count, anyOf: called.map(specOf), affinity }];
}

const specOf = ({ vendor_id, product_id, device_type, resource_class }: Alias): DeviceSpec => ({
  ...(vendor_id === undefined ? {} : { vendorId: vendor_id }),
  ...(product_id === undefined ? {} : { productId: product_id }),
  ...(device_type === undefined ? {} : { type: device_type }),
  ...(resource_class === undefined ? {} : { resourceClass: resource_class }),
});

/** Of flavor and image; null: neither has one, and that of the alias is used. */
function requestedAffinity(ofFlavor: string | undefined, { properties }: Image): DeviceAffinity | null {
  const ofImage = properties.hw_pci_numa_affinity_policy;
  if (ofFlavor && ofImage && ofFlavor !== ofImage)
    throw refusal(
      "Image property 'hw_pci_numa_affinity_policy' is not permitted to override the 'hw:pci_numa_affinity_policy' flavor extra spec.",
    );
  const policy = ofFlavor || ofImage;
  if (!policy) return null;
  const known = DEVICE_AFFINITIES.find((one) => one === policy);
  if (known === undefined) throw refusal(`Invalid PCI NUMA affinity configured: ${policy}`);
  return known;
}

const refusal = (message: string): VolvoxError => new VolvoxError('invalid', message, { blame: 'request' });
