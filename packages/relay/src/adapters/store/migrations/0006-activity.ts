/**
 * Activity: grants of session keys, the events that they sign, batches of updates over them, and what updates stand on
 * chain, so that an event that was applied is never applied again. Grants and events share one sequence, which peers read.
 */
export const activity = `
create sequence activity_ids;
create table activity_grants (
  digest text primary key,
  id int8 not null unique default nextval('activity_ids'),
  granter text not null,
  session text not null,
  collection text not null,
  token_id text not null,
  until int8 not null,
  scope text not null,
  nonce int8 not null,
  signature text not null
);
create index activity_grants_by_token on activity_grants (collection, token_id, granter);
create table activity_events (
  digest text primary key,
  id int8 not null unique default nextval('activity_ids'),
  grant_digest text not null references activity_grants (digest),
  collection text not null,
  token_id text not null,
  counter int8 not null,
  input bytea not null,
  signature text not null,
  state text not null,
  sequence int8,
  note text,
  unique (grant_digest, counter)
);
create index activity_events_waiting on activity_events (collection, token_id, id) where state = 'PENDING';
create table activity_batches (
  key text primary key,
  state text not null,
  digest text not null,
  collection text not null,
  token_id text not null,
  config_version int8 not null,
  deadline int8 not null,
  count int8 not null,
  root text not null,
  updates text not null,
  attestation text,
  quorum_at int8
);
create index activity_batches_by_state on activity_batches (state);
create table activity_signatures (
  digest text not null,
  signer text not null,
  signature text not null,
  primary key (digest, signer)
);
create table activity_applied (
  collection text not null,
  token_id text not null,
  sequence int8 not null,
  input_digest text not null,
  primary key (collection, token_id, sequence)
);
create index activity_applied_by_digest on activity_applied (input_digest);
create table activity_scans (
  collection text not null,
  token_id text not null,
  scanned int8 not null,
  primary key (collection, token_id)
);
`;
