/** One measured figure beside its goal, both in words with their units; `ok` is null where there is nothing to compare with. */
export type Figure = { name: string; value: string; goal: string; ok: boolean | null };
