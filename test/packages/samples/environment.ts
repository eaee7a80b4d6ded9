/** A variable that the test sets. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set.`);
  return value;
}

export function requiredAddress(name: string): `0x${string}` {
  return required(name) as `0x${string}`; // the test passes an address
}
