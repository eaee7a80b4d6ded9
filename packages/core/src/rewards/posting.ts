import { id, keccak256 } from "ethers";
import { abiWords, asAddress, asBytes32, asUint, type Bytes32 } from "../hex.ts";
import type { Report, ReportTerms } from "../report/types.ts";
import { asProgramme } from "./programme.ts";
import type { DistributorDomain, RewardPosting } from "./types.ts";

export const REWARD_POSTING_TYPE =
  "RewardPosting(uint256 chainId,address distributor,uint8 programme,uint64 epoch,bytes32 root,uint256 total)";
export const REWARD_POSTING_TYPEHASH = id(REWARD_POSTING_TYPE) as Bytes32; // keccak-256 of the text

/**
 * Leaf of a posting, as reporters sign it: of a type of its own, for one distributor on one chain, hashed twice. Throws
 * when a field does not fit its type.
 */
export function postingLeaf(posting: RewardPosting, { chainId, distributor }: DistributorDomain): Bytes32 {
  const words = abiWords([
    REWARD_POSTING_TYPEHASH,
    asUint(chainId, 256, "chainId"),
    asAddress(distributor, "distributor"),
    BigInt(asProgramme(posting.programme)),
    asUint(posting.epoch, 64, "epoch"),
    asBytes32(posting.root, "root"),
    asUint(posting.total, 256, "total"),
  ]);
  return keccak256(keccak256(words)) as Bytes32; // keccak-256 is 32 bytes
}

/** The report of one posting: its root is the leaf, and it names no request. */
export function singlePostingReport(posting: RewardPosting, domain: DistributorDomain, terms: ReportTerms): Report {
  return {
    configVersion: asUint(terms.configVersion, 32, "configVersion"),
    deadline: asUint(terms.deadline, 64, "deadline"),
    firstId: 0n,
    count: 1n,
    root: postingLeaf(posting, domain),
  };
}
