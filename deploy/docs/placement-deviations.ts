/** Where the Placement API differs from the Placement service on purpose. What differs without a line here is a fault. */
interface PlacementDeviation {
  readonly of: string;
  readonly placement: string;
  readonly here: string;
  readonly reason: string;
}

export const PLACEMENT_DEVIATIONS: readonly PlacementDeviation[] = [
  {
    of: 'Writes of providers, inventories, aggregates of providers and allocations; the reshaper',
    placement: '200, 201 or 204',
    here: '403, in words that say what to do instead',
    reason: 'They belong to the cells. What is accepted must have an effect.',
  },
  {
    of: '`max_unit` of an inventory',
    placement: 'what the compute service says, usually the total',
    here: 'the capacity',
    reason: 'A claim is compared with the capacity alone.',
  },
  {
    of: 'Allocations of a server that is resized or migrated',
    placement: "the old host's stands under the uuid of the migration",
    here: 'both stand under the server',
    reason: 'The claims of a cell are of guests, and both guests are of the server.',
  },
  {
    of: 'Standard traits of a provider that `PUT` and `DELETE …/traits` leave out',
    placement: 'taken away, until the compute service writes them again',
    here: 'kept, and shown in the answer; others are 403',
    reason: 'They are what the host says of itself.',
  },
  {
    of: 'Groups of candidates with `group_policy=isolate`',
    placement: 'each has a provider of its own in the tree',
    here: 'no candidates for more than one group with a suffix',
    reason: 'A host is the only provider of its tree.',
  },
  {
    of: 'A parameter that is given twice where one is taken; a resource that `resources` names twice',
    placement: 'the last counts',
    here: '400',
    reason: 'What is accepted must have an effect.',
  },
  {
    of: 'Operations before the microversion that brought them',
    placement: '404, and 405 for some methods',
    here: '404, in words that name the microversion',
    reason: 'The same as in the Compute API.',
  },
  {
    of: 'Custom traits and custom resource classes',
    placement: 'no bound',
    here: '10,000 of each, then 413; 500 traits in a request',
    reason: 'Every answer has a bound.',
  },
  {
    of: 'A cell that does not answer',
    placement: 'has no cells',
    here: '`X-Volvox-Silent-Cells` names it in lists and candidates; what would be wrong without it is 503',
    reason: 'A sum without a cell would be wrong, and not only shorter.',
  },
];
