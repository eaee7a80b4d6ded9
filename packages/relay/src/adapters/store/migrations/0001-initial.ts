/** Chain quantities that fit are int8; token ids (uint256) and wei are decimal text; hashes are 0x-hex text. */
export const initial = `
create table meta (
  key text primary key,
  value text not null
);

create table blocks (
  number int8 primary key,
  hash text not null,
  parent_hash text not null,
  time int8 not null
);

create table requests (
  id int8 primary key,
  state text not null,
  collection text not null,
  token_id text not null,
  requester text not null,
  manifest_digest text not null,
  request_hash text not null,
  input_digest text not null,
  max_output_bytes int8 not null,
  delivery int8 not null,
  deadline int8 not null,
  block_number int8 not null,
  block_hash text not null,
  block_time int8 not null,
  base_sequence int8,
  runs int8 not null default 0,
  status int8,
  result_digest text,
  result_size int8,
  state_digest text,
  landed_status int8,
  landed_digest text,
  landed_block int8,
  landed_block_hash text,
  landed_time int8,
  landed_tx text,
  settled boolean not null default false,
  note text
);
create index requests_open on requests (state, id) where not settled;
create index requests_by_token on requests (collection, token_id, id) where not settled;
create index requests_by_block on requests (block_number);
create index requests_by_landing on requests (landed_block);

create table reports (
  key text primary key,
  kind text not null,
  request_id int8 not null references requests (id),
  state text not null,
  sequence int8,
  deadline int8,
  config_version int8,
  digest text,
  attestation text,
  quorum_at int8,
  unique (request_id, kind)
);
create index reports_by_state on reports (state);
create index reports_by_digest on reports (digest);

create table answers (
  report_key text primary key,
  root text not null,
  deadline int8 not null
);

create table signatures (
  id bigserial primary key,
  digest text not null,
  signer text not null,
  signature text not null,
  own boolean not null,
  report_key text not null,
  config_version int8 not null,
  deadline int8 not null,
  first_id int8 not null,
  count int8 not null,
  root text not null,
  unique (digest, signer)
);
create index signatures_own on signatures (id) where own;
create index signatures_by_key on signatures (report_key);

create table transactions (
  id bigserial primary key,
  report_key text not null,
  sender text not null,
  nonce int8 not null,
  target text not null,
  data text not null,
  gas_limit int8 not null,
  state text not null,
  included_hash text,
  included_block int8,
  included_block_hash text,
  unique (sender, nonce)
);
create index transactions_by_state on transactions (sender, state, nonce);
create index transactions_by_report on transactions (report_key);

create table attempts (
  hash text primary key,
  transaction_id int8 not null references transactions (id),
  raw text not null,
  max_fee text not null,
  max_priority_fee text not null,
  created_at int8 not null
);
create index attempts_by_transaction on attempts (transaction_id);

create table blobs (
  digest text primary key,
  bytes bytea not null
);

create table peers (
  url text primary key,
  instance text not null,
  cursor int8 not null
);
`;
