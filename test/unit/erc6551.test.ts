import { expect } from "chai";
import { keccak256, parseEther, ZeroAddress, ZeroHash } from "ethers";
import { developmentAccount } from "../../scripts/lib/accounts";
import { CREATE2_FACTORY, FACTORY_CODE_HASH } from "../../scripts/lib/create2-factory";
import {
  accountOf,
  createAccount,
  ensureRegistry,
  predictAccount,
  REGISTRY_ADDRESS,
  REGISTRY_CODE_HASH,
  RegistryCodeMismatchError,
  type TokenAccount,
} from "../../scripts/lib/erc6551";
import type { TokenAccountMock } from "../../typechain-types";
import { TokenAccountMock__factory } from "../../typechain-types";
import { startAnvil } from "../deployment/helpers/anvil";
import { FACTORY_CODE } from "../deployment/helpers/deployment";
import { chainId, deployContract, loadFixture, provider, setCode } from "../helpers/chain";
import { type MintedToken, tokenMinted } from "../helpers/fixtures";
import { digestOf } from "../helpers/typed-data";

const VALID_SIGNER = "0x523e3260";
const INVALID_SIGNER = "0x00000000";
const CALL = 0;

interface World extends MintedToken {
  /** What names the token's account on this chain. */
  token: TokenAccount;
}

/** A token, the registry, and a reference account implementation; the token's account does not exist yet. */
async function registryDeployed(): Promise<World> {
  const world = await loadFixture(tokenMinted);
  await setCode(CREATE2_FACTORY, FACTORY_CODE);
  await ensureRegistry(world.relayer, provider);
  const implementation = await (await deployContract("TokenAccountMock")).getAddress();
  const token = {
    implementation,
    salt: ZeroHash,
    chainId: await chainId(),
    collection: world.collectionAddress,
    tokenId: world.tokenId,
  };
  return { ...world, token };
}

/** The same with the account, which holds one ether. */
async function accountCreated(): Promise<World & { account: TokenAccountMock; address: string }> {
  const world = await registryDeployed();
  const address = await createAccount(world.stranger, world.token);
  await world.stranger.sendTransaction({ to: address, value: parseEther("1") });
  return { ...world, address, account: TokenAccountMock__factory.connect(address, world.stranger) };
}

describe("ERC-6551", () => {
  describe("ensureRegistry", () => {
    it("deploys the factory and the registry at their canonical addresses, with the published code", async () => {
      // A chain of its own: on this one, a factory that created something can't be taken away again.
      const anvil = await startAnvil("--disable-default-create2-deployer");
      try {
        const signer = developmentAccount(0).connect(anvil.provider);

        expect(await ensureRegistry(signer, anvil.provider)).to.equal(true);

        expect(keccak256(await anvil.provider.getCode(CREATE2_FACTORY))).to.equal(FACTORY_CODE_HASH);
        expect(keccak256(await anvil.provider.getCode(REGISTRY_ADDRESS))).to.equal(REGISTRY_CODE_HASH);
      } finally {
        await anvil.stop();
      }
    });

    it("sends nothing when the registry is there", async () => {
      const { relayer } = await loadFixture(registryDeployed);
      const nonce = await provider.getTransactionCount(relayer.address);

      expect(await ensureRegistry(relayer, provider)).to.equal(false);
      expect(await provider.getTransactionCount(relayer.address)).to.equal(nonce);
    });

    it("deploys the registry alone where the factory is there, as on anvil", async () => {
      const { relayer } = await loadFixture(tokenMinted);
      await setCode(CREATE2_FACTORY, FACTORY_CODE);
      const nonce = await provider.getTransactionCount(relayer.address);

      expect(await ensureRegistry(relayer, provider)).to.equal(true);

      expect(await provider.getTransactionCount(relayer.address)).to.equal(nonce + 1);
      await loadFixture(tokenMinted); // takes the code away again
    });

    it("refuses a chain on which something else stands at the registry's address", async () => {
      const { relayer } = await loadFixture(tokenMinted);
      await setCode(REGISTRY_ADDRESS, "0x00");

      const refusal = await ensureRegistry(relayer, provider).catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(RegistryCodeMismatchError);
      expect(refusal).to.include({ codeHash: keccak256("0x00"), code: "ERC6551_REGISTRY_CODE_MISMATCH" });
      await loadFixture(tokenMinted); // takes the code away again
    });
  });

  describe("the address of a token's account", () => {
    it("is the registry's, whether or not the account exists", async () => {
      const { token, stranger } = await loadFixture(registryDeployed);
      const address = predictAccount(token);
      expect(await accountOf(provider, token)).to.equal(address);
      expect(await provider.getCode(address)).to.equal("0x");

      expect(await createAccount(stranger, token)).to.equal(address);

      expect(await provider.getCode(address)).not.to.equal("0x");
      expect(await accountOf(provider, token)).to.equal(address);
    });

    it("differs by each of the five values that make it", async () => {
      const { token } = await loadFixture(registryDeployed);
      const others: TokenAccount[] = [
        token,
        { ...token, implementation: ZeroAddress },
        { ...token, salt: digestOf("another salt") },
        { ...token, chainId: token.chainId + 1n },
        { ...token, collection: token.implementation },
        { ...token, tokenId: token.tokenId + 1n },
      ];

      const addresses = await Promise.all(others.map((other) => accountOf(provider, other)));
      expect(addresses).to.deep.equal(others.map(predictAccount));
      expect(new Set(addresses).size).to.equal(others.length);
    });
  });

  describe("createAccount", () => {
    it("finds an account that exists", async () => {
      const { token, friend, address } = await loadFixture(accountCreated);

      expect(await createAccount(friend, token)).to.equal(address);
      expect(await provider.getBalance(address)).to.equal(parseEther("1"));
    });

    it("binds the account to the token", async () => {
      const { account, collectionAddress, tokenId } = await loadFixture(accountCreated);

      expect([...(await account.token())]).to.deep.equal([await chainId(), collectionAddress, tokenId]);
    });
  });

  describe("a token's account", () => {
    it("[peers F48] obeys the token's owner, and the new owner alone after a sale", async () => {
      const { account, collection, owner, friend, player, tokenId } = await loadFixture(accountCreated);
      expect(await account.owner()).to.equal(owner.address);
      expect(await account.isValidSigner(owner.address, "0x")).to.equal(VALID_SIGNER);

      await collection.connect(owner).transferFrom(owner.address, friend.address, tokenId);

      expect(await account.owner()).to.equal(friend.address);
      expect(await account.isValidSigner(owner.address, "0x")).to.equal(INVALID_SIGNER);
      await expect(account.connect(owner).execute(player.address, 1n, "0x", CALL)).to.be.revertedWith("Invalid signer");
      await expect(account.connect(friend).execute(player.address, 1n, "0x", CALL)).to.changeEtherBalance(player, 1n);
    });

    it("[peers F48] shows in its state that it was emptied before a sale", async () => {
      const { account, owner, player } = await loadFixture(accountCreated);
      const before = await account.state();

      await account.connect(owner).execute(player.address, parseEther("1"), "0x", CALL);

      expect(await account.state()).to.equal(before + 1n);
    });

    it("[peers F48] ownership cycle: a safe transfer of the token into its own account is refused", async () => {
      const { collection, owner, address, tokenId } = await loadFixture(accountCreated);
      const byOwner = collection.connect(owner);

      await expect(byOwner["safeTransferFrom(address,address,uint256)"](owner.address, address, tokenId))
        .to.be.revertedWithCustomError(collection, "ERC721InvalidReceiver")
        .withArgs(address);
    });

    it("[peers F48] ownership cycle: neither token nor account refuses a plain transfer, and then nobody is left who could act", async () => {
      const { account, collection, owner, address, tokenId } = await loadFixture(accountCreated);

      await collection.connect(owner).transferFrom(owner.address, address, tokenId);

      expect(await account.owner()).to.equal(address);
      expect(await account.isValidSigner(owner.address, "0x")).to.equal(INVALID_SIGNER);
      const rescue = collection.interface.encodeFunctionData("transferFrom", [address, owner.address, tokenId]);
      await expect(account.connect(owner).execute(await collection.getAddress(), 0n, rescue, CALL)).to.be.revertedWith(
        "Invalid signer",
      );
    });

    it("[peers F48] obeys nobody when it is bound to the same token on another chain", async () => {
      const { token, owner, stranger } = await loadFixture(registryDeployed);
      const elsewhere = { ...token, chainId: token.chainId + 1n };
      const account = TokenAccountMock__factory.connect(await createAccount(stranger, elsewhere), owner);

      expect(await account.owner()).to.equal(ZeroAddress);
      expect(await account.isValidSigner(owner.address, "0x")).to.equal(INVALID_SIGNER);
      await expect(account.execute(owner.address, 0n, "0x", CALL)).to.be.revertedWith("Invalid signer");
    });

    it("controls a program that it owns, for whoever owns the account's token", async () => {
      const { account, address, collection, creator, owner } = await loadFixture(accountCreated);
      await collection.connect(creator).mint(address, digestOf("a program of a program"));
      const publish = collection.interface.encodeFunctionData("publishManifest", [2n, digestOf("its next version")]);

      await account.connect(owner).execute(await collection.getAddress(), 0n, publish, CALL);

      expect((await collection.activeVersion(2n)).manifestDigest).to.equal(digestOf("its next version"));
    });
  });
});
