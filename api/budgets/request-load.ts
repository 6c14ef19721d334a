/** Reads and writes have gates of their own, so that lists never delay a create. */
export type RequestKind = 'read' | 'write';

/** How many requests are worked on, and how many wait. */
export type RequestLoad = (kind: RequestKind) => { readonly running: number; readonly waiting: number };
