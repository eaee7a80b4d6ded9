/**
 * Where the updates of tokens stand on chain, so that they can be forgotten with their blocks, and what a token's sequence was
 * before the first one that was read. A version before leaves both empty.
 */
export const activityBlocks = `
alter table activity_applied add column block int8;
create index activity_applied_by_block on activity_applied (block);
alter table activity_scans add column base int8
`;
