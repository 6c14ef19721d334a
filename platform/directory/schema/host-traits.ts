/** The custom traits that operators have given to a host. Hosts are named by their cell too, since a cell chooses the names of its hosts. */
export interface HostTraitsTable {
  cell_id: string;
  host_name: string;
  /** JSON: names. */
  traits: string;
  /** Grows with every change; part of the provider's generation. */
  revision: number;
}

export interface HostTraitTables {
  host_traits: HostTraitsTable;
}
