/** Orders at the request desk; each is kept as its event told it, since the desk wants it back whole. Amounts are text. */
export const orders = `
create table orders (
  request_id int8 primary key,
  state text not null,
  request_hash text not null,
  amount text not null,
  callback_gas int8 not null,
  encoded text not null,
  hash text not null,
  block_number int8 not null,
  block_hash text not null,
  block_time int8 not null,
  due_at int8
);
create index orders_to_settle on orders (request_id) where state = 'OPEN' and amount <> '0';
create index orders_by_block on orders (block_number);
`;
