/** The database behind the store or the turn queue could not read or write. */
export type StoreFailureCode = 'store-failed';
