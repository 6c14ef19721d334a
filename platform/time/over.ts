/**
 * The reason with which somebody's waiting is ended when nobody asks why. One for all: the exception that `abort()` makes by itself, with its
 * stack, costs more than most of what is ended so.
 */
export const OVER = new Error('It is over.');
