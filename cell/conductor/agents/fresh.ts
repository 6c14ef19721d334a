/** Whether what was read at `at` still counts. A moment in the future does not: the clock went back, and the age is not known. */
export const isFresh = (at: number, freshMs: number, now: number): boolean => now >= at && now - at < freshMs;
