/** Requests say how reporters have to agree; those from before asked for exact agreement, the only one there was. */
export const agreement = `
alter table requests add column agreement int8 not null default 0;
`;
