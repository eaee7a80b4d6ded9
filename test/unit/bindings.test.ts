import {
  reporterKeyConsentTypedData,
  reportTypedData,
  trainingBatchConsentTypedData,
  trainingConsentTypedData,
} from "ainft-contracts";
import { expect } from "chai";
import { TypedDataEncoder, type TypedDataField } from "ethers";
import { loadFixture } from "../helpers/chain";
import { collectionOpened } from "../helpers/fixtures";
import { consentTypes as keyConsentTypes, freshRegistry } from "../helpers/providers";
import { batchConsentTypes, consentTypes, reportTypes } from "../helpers/typed-data";

/** What `ainft-contracts` gives to whoever has something signed. */
interface Signed {
  readonly domain: { readonly name: string; readonly version: string };
  readonly primaryType: string;
  readonly types: Readonly<Record<string, readonly TypedDataField[]>>;
}

interface Eip712Contract {
  eip712Domain(): Promise<{ name: string; version: string }>;
}

const collection = async (): Promise<Eip712Contract> => (await loadFixture(collectionOpened)).collection;
const oracle = async (): Promise<Eip712Contract> => (await loadFixture(collectionOpened)).oracle;
const registry = async (): Promise<Eip712Contract> => (await loadFixture(freshRegistry)).registry;

const CASES: readonly [Signed, Record<string, TypedDataField[]>, () => Promise<Eip712Contract>][] = [
  [trainingConsentTypedData, consentTypes, collection],
  [trainingBatchConsentTypedData, batchConsentTypes, collection],
  [reportTypedData, reportTypes, oracle],
  [reporterKeyConsentTypedData, keyConsentTypes, registry],
];

describe("Typed data of the bindings", () => {
  for (const [signed, types, checker] of CASES) {
    it(`${signed.primaryType} is the type that the contract hashes, under the domain that it answers`, async () => {
      const encoder = TypedDataEncoder.from(mutable(signed.types));
      expect(encoder.primaryType).to.equal(signed.primaryType);
      expect(encoder.encodeType(signed.primaryType)).to.equal(
        TypedDataEncoder.from(types).encodeType(signed.primaryType),
      );

      const { name, version } = await (await checker()).eip712Domain();
      expect(signed.domain).to.deep.equal({ name, version });
    });
  }
});

/** As ethers wants it; it changes nothing. */
function mutable(types: Signed["types"]): Record<string, TypedDataField[]> {
  return Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, [...fields]]));
}
