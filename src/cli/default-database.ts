// The record of who names none.

/** Where `cuecard serve` keeps its record unless told otherwise. */
export const defaultDatabase = { database: { url: 'sqlite:./cuecard.db' } }
