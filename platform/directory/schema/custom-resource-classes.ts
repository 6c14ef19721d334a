/** Resource classes of operators, `CUSTOM_…`. */
interface CustomResourceClassesTable {
  name: string;
}

export interface CustomResourceClassTables {
  custom_resource_classes: CustomResourceClassesTable;
}
