/**
 * A lease says whose it is and until when, so that the work of a relay that died is taken up by another. Seats are the
 * tasks that only one relay of a database does at a time; `epoch` counts who sat there.
 */
export const leasesAndSeats = `
alter table requests add column lease_owner text;
alter table requests add column lease_until int8;
alter table requests add column retry_at int8;
create index requests_to_run on requests (deadline, id)
  where state = 'CONFIRMED' and not settled and landed_status is null;
create index requests_leased on requests (lease_until) where state = 'LEASED';
create table seats (
  name text primary key,
  epoch int8 not null,
  owner text not null
);
`;
