/**
 * Requests say how reporters have to agree; those from before asked for exact agreement, the only one there was. A result
 * that came in a batch is known by the hash of its answer instead of its digest.
 */
export const termsAndBatches = `
alter table requests add column agreement int8 not null default 0;
alter table requests add column landed_answer text;
`;
