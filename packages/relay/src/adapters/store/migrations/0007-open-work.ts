/** What a round looks for among reports that wait: few rows, which must be found without a look at all the others. */
export const openWork = `
create index reports_open_updates on reports (request_id)
  where kind = 'update' and state in ('EXECUTED', 'SIGNED', 'QUORUM');
create index reports_of_batches on reports (state, request_id) where kind in ('batch', 'root')
`;
