/** Traits of operators, `CUSTOM_…`. */
interface CustomTraitsTable {
  name: string;
}

export interface CustomTraitTables {
  custom_traits: CustomTraitsTable;
}
