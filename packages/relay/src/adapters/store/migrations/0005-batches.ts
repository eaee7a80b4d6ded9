/**
 * Batches are reports too. A result has its lane: whether it is signed on its own or as one of a batch; `carrier` is the
 * batch under which it was signed last. Roots are kept as the chain told of them. Peers' signatures say whether a report of
 * ours has their digest, so that the others can be counted. Programs say whether they keep state.
 */
export const batches = `
alter table reports add column lane text not null default 'single';
alter table reports add column carrier text;
alter table reports add column count int8 not null default 1;
alter table reports add column root text;
alter table reports drop constraint reports_request_id_kind_key;
create unique index reports_once on reports (request_id, kind) where kind in ('result', 'update');
create index reports_of_request on reports (request_id, kind);
create index reports_to_batch on reports (request_id)
  where kind = 'result' and state = 'EXECUTED' and lane <> 'single' and carrier is null;
create index reports_carried on reports (carrier) where carrier is not null;
create index reports_unsent on reports (deadline) where state in ('EXECUTED', 'SIGNED', 'QUORUM');

create table roots (
  first_id int8 not null,
  count int8 not null,
  root text not null,
  config_version int8 not null,
  tx_hash text not null,
  block_number int8 not null,
  block_hash text not null,
  block_time int8 not null,
  primary key (first_id, count, root)
);
create index roots_by_block on roots (block_number);

create table programs (
  manifest_digest text primary key,
  stateful boolean not null
);

alter table signatures add column matched boolean not null default false;
update signatures set matched = true where exists (select 1 from reports where reports.digest = signatures.digest);
create index signatures_unmatched on signatures (signer, id) where not own and not matched;

create index requests_unsettled_landed on requests (landed_block) where not settled;
create index requests_unsettled_deadline on requests (deadline) where not settled and landed_status is null
`;
