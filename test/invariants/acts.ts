/** Acts that are enough for every kind to have been accepted and refused. */
export const TELLING_ACTS = 10_000;

/** Random acts of each invariant: `AINFT_INVARIANT_ACTS` if it is set; `npm run invariants` asks for 100,000. */
export const ACTS = Number(process.env["AINFT_INVARIANT_ACTS"] ?? TELLING_ACTS);
