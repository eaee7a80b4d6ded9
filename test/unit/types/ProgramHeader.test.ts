import { expect } from "chai";
import type { ProgramHeaderHarness } from "../../../typechain-types";
import { deployContract, loadFixture } from "../../helpers/chain";

/** Where the header keeps each field, and how wide it is. */
const layout = {
  versionsAfterFirst: { shift: 0n, bits: 32n },
  activeOffset: { shift: 32n, bits: 32n },
  trainingCount: { shift: 64n, bits: 64n },
  sequence: { shift: 128n, bits: 64n },
  updatedAt: { shift: 192n, bits: 48n },
  frozen: { shift: 240n, bits: 1n },
  locked: { shift: 241n, bits: 1n },
  holdersOnly: { shift: 242n, bits: 1n },
  suspended: { shift: 243n, bits: 1n },
  anyRetired: { shift: 244n, bits: 1n },
} as const;

type Field = keyof typeof layout;

const ALL_ONES = (1n << 245n) - 1n;

function bitsOf(header: bigint, field: Field): bigint {
  const { shift, bits } = layout[field];
  return (header >> shift) & ((1n << bits) - 1n);
}

function withBits(header: bigint, field: Field, value: bigint): bigint {
  const { shift, bits } = layout[field];
  return (header & ~(((1n << bits) - 1n) << shift)) | (value << shift);
}

describe("ProgramHeader", () => {
  async function harness(): Promise<ProgramHeaderHarness> {
    return deployContract("ProgramHeaderHarness");
  }

  async function read(headers: ProgramHeaderHarness, header: bigint) {
    const seen = await headers.read(header);
    const { versionCount, activeVersion, trainingCount, sequence, updatedAt } = seen;
    const { frozen, locked, stopped, holdersOnly, suspended, anyRetired } = seen;
    const flags = { frozen, locked, stopped, holdersOnly, suspended, anyRetired };
    return { versionCount, activeVersion, trainingCount, sequence, updatedAt, ...flags };
  }

  it("reads zero as a fresh program: one version, which is active", async () => {
    const headers = await loadFixture(harness);

    expect(await read(headers, 0n)).to.deep.equal({
      versionCount: 1n,
      activeVersion: 1n,
      trainingCount: 0n,
      sequence: 0n,
      updatedAt: 0n,
      frozen: false,
      locked: false,
      stopped: false,
      holdersOnly: false,
      suspended: false,
      anyRetired: false,
    });
  });

  it("reads each field at its largest value without its neighbours", async () => {
    const headers = await loadFixture(harness);
    const cases: [Field, Partial<Awaited<ReturnType<typeof read>>>][] = [
      ["versionsAfterFirst", { versionCount: 2n ** 32n - 1n }],
      ["activeOffset", { activeVersion: 2n ** 32n - 1n }],
      ["trainingCount", { trainingCount: 2n ** 64n - 1n }],
      ["sequence", { sequence: 2n ** 64n - 1n }],
      ["updatedAt", { updatedAt: 2n ** 48n - 1n }],
      ["frozen", { frozen: true, stopped: true }],
      ["locked", { locked: true, stopped: true }],
      ["holdersOnly", { holdersOnly: true }],
      ["suspended", { suspended: true, stopped: true }],
      ["anyRetired", { anyRetired: true }],
    ];
    const fresh = await read(headers, 0n);
    for (const [field, expected] of cases) {
      // The two version fields count from one: their largest version is one more than what is stored.
      const stored = field === "versionsAfterFirst" || field === "activeOffset" ? 2n ** 32n - 2n : undefined;
      const largest = stored ?? (1n << layout[field].bits) - 1n;

      expect(await read(headers, withBits(0n, field, largest))).to.deep.equal({ ...fresh, ...expected });
    }
  });

  const changes: {
    name: string;
    change(headers: ProgramHeaderHarness, header: bigint): Promise<bigint>;
    touched: Partial<Record<Field, (before: bigint) => bigint>>;
  }[] = [
    {
      name: "withNewVersion",
      change: (headers, header) => headers.withNewVersion(header),
      touched: {
        versionsAfterFirst: (before) => before + 1n,
        activeOffset: () => 5n, // the offset of the sixth version, after five
      },
    },
    {
      name: "withActiveVersion",
      change: (headers, header) => headers.withActiveVersion(header, 3),
      touched: { activeOffset: () => 2n },
    },
    {
      name: "withNewTraining",
      change: (headers, header) => headers.withNewTraining(header),
      touched: { trainingCount: (before) => before + 1n },
    },
    {
      name: "withNewTrainings",
      change: (headers, header) => headers.withNewTrainings(header, 256),
      touched: { trainingCount: (before) => before + 256n },
    },
    {
      name: "withNextSequence",
      change: (headers, header) => headers.withNextSequence(header),
      touched: { sequence: (before) => before + 1n },
    },
    { name: "withFrozen", change: (headers, header) => headers.withFrozen(header), touched: { frozen: () => 1n } },
    { name: "withLock", change: (headers, header) => headers.withLock(header, true), touched: { locked: () => 1n } },
    {
      name: "withLock (free)",
      change: (headers, header) => headers.withLock(header, false),
      touched: { locked: () => 0n },
    },
    {
      name: "withHoldersOnly",
      change: (headers, header) => headers.withHoldersOnly(header, true),
      touched: { holdersOnly: () => 1n },
    },
    {
      name: "withHoldersOnly (open)",
      change: (headers, header) => headers.withHoldersOnly(header, false),
      touched: { holdersOnly: () => 0n },
    },
    {
      name: "withSuspension",
      change: (headers, header) => headers.withSuspension(header, true),
      touched: { suspended: () => 1n },
    },
    {
      name: "withSuspension (over)",
      change: (headers, header) => headers.withSuspension(header, false),
      touched: { suspended: () => 0n },
    },
    {
      name: "withRetired",
      change: (headers, header) => headers.withRetired(header),
      touched: { anyRetired: () => 1n },
    },
    {
      name: "withTime",
      change: (headers, header) => headers.withTime(header, 1_700_000_000n),
      touched: { updatedAt: () => 1_700_000_000n },
    },
  ];

  for (const { name, change, touched } of changes) {
    for (const [title, background] of [
      ["zero", 0n],
      ["full", ALL_ONES],
    ] as const) {
      it(`${name} changes its own fields alone when every other field is ${title}`, async () => {
        const headers = await loadFixture(harness);
        const free = name.includes("(") ? 1n : 0n; // what takes a bit back starts with it
        let before = withBits(background, "versionsAfterFirst", 4n);
        for (const field of Object.keys(touched) as Field[]) {
          if (field !== "versionsAfterFirst") before = withBits(before, field, layout[field].bits === 1n ? free : 7n);
        }

        const after = await change(headers, before);

        for (const field of Object.keys(layout) as Field[]) {
          const expected = touched[field]?.(bitsOf(before, field)) ?? bitsOf(before, field);
          expect(bitsOf(after, field), field).to.equal(expected);
        }
        expect(after >> 245n).to.equal(0n);
      });
    }
  }

  it("takes the last second that 48 bits hold", async () => {
    const headers = await loadFixture(harness);
    const last = 2n ** 48n - 1n;

    expect((await read(headers, await headers.withTime(0n, last))).updatedAt).to.equal(last);
  });
});
