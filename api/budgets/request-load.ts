/** Each kind has a gate of its own, so that lists never delay a create. */
export const REQUEST_KINDS = ['list', 'read', 'write'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** How many requests are worked on, and how many wait. */
export type RequestLoad = (kind: RequestKind) => { readonly running: number; readonly waiting: number };
