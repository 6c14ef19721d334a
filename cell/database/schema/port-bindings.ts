/** A port of a guest on its host. `leaving`: the row goes when the network agent reports that nothing of it is left. */
export interface PortBindingsTable {
  id: string;
  port_id: string;
  /** Of a subport: the port on whose card its frames come tagged. It is bound as long as that is. */
  parent_port_id: string | null;
  guest_id: string;
  instance_uuid: string;
  host_id: string;
  network_id: string;
  /** The first fixed address, for metadata. */
  address: string | null;
  epoch: number;
  generation: number;
  present: number;
  leaving: number;
  /** JSON {port, network, hostname, parent, limits}. */
  definition: string;
  settled: number;
  error: string | null;
  errors: number;
  changed_at: number;
}

export interface PortBindingTables {
  port_bindings: PortBindingsTable;
}
