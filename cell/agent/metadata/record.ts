import { type Static, Type } from 'typebox';
import { InstanceMetadata } from '#platform/contracts/agent.ts';
import { nullable } from '#platform/objects/scalars.ts';

/** `network_data.json` as guests read it: OpenStack's own form, so its names stay as they are. */
export const NetworkData = Type.Object({
  links: Type.Array(
    Type.Object({
      id: Type.String(),
      vif_id: Type.String(),
      type: Type.String(),
      ethernet_mac_address: Type.String(),
      mtu: nullable(Type.Integer()),
    }),
  ),
  networks: Type.Array(
    Type.Object({
      id: Type.String(),
      type: Type.String(),
      link: Type.String(),
      network_id: Type.String(),
      ip_address: Type.Optional(Type.String()),
      netmask: Type.Optional(Type.String()),
      routes: Type.Optional(
        Type.Array(Type.Object({ network: Type.String(), netmask: Type.String(), gateway: Type.String() })),
      ),
    }),
  ),
  services: Type.Array(Type.Object({ type: Type.Literal('dns'), address: Type.String() })),
});
export type NetworkData = Static<typeof NetworkData>;

/**
 * All that the metadata server needs to answer one guest. It passes from the agent to the server, and lies on disk for the time when
 * neither the conductor nor the agent answers.
 *
 * Versions:
 * 1: first form.
 */
export const METADATA_RECORD_VERSION = 1;
export const MetadataRecord = Type.Object({
  version: Type.Literal(METADATA_RECORD_VERSION),
  instance: InstanceMetadata,
  network: NetworkData,
  /** The first floating address that leads to it, as far as its host has heard. */
  publicIpV4: Type.Optional(Type.String()),
});
export type MetadataRecord = Static<typeof MetadataRecord>;
