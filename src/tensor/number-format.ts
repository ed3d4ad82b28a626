// Numbers as C's printf writes them: `%.4f` and `%.4e`, halves to even where JavaScript rounds them up, exponents of two digits.

const special = (x: number): string | null =>
  Number.isNaN(x) ? 'nan' : x === Number.POSITIVE_INFINITY ? 'inf' : x === Number.NEGATIVE_INFINITY ? '-inf' : null

const withSign = (x: number, text: string): string => (x < 0 || Object.is(x, -0) ? `-${text}` : text)

/** `%.{digits}f`. */
export function fixed(x: number, digits: number): string {
  const word = special(x)
  if (word !== null) return word
  const size = Math.abs(x)
  // A tie is an odd multiple of 2^-(digits + 1): every other number is nearer to one side.
  const halves = size * 2 ** (digits + 1)
  if (halves % 2 === 1 && size < 1e9) {
    const below = Math.floor(size * 10 ** digits)
    return withSign(x, ((below % 2 === 0 ? below : below + 1) / 10 ** digits).toFixed(digits))
  }
  if (size >= 1e21) return withSign(x, BigInt(size).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : ''))
  return withSign(x, size.toFixed(digits))
}

/** `%.{digits}e`. */
export function exponential(x: number, digits: number): string {
  const word = special(x)
  if (word !== null) return word
  const size = Math.abs(x)
  let [mantissa, exponent] = size.toExponential(digits).split('e') as [string, string]
  const [exact] = size.toExponential(60).split('e') as [string, string]
  const rest = exact.slice(digits + 2)
  const kept = exact.slice(0, digits + 2)
  // The digits left out are exactly a half: keep an even last digit.
  if (digits > 0 && /^50*$/.test(rest) && Number(kept.at(-1)) % 2 === 0) mantissa = kept
  const power = Number(exponent)
  exponent = `${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
  return withSign(x, `${mantissa}e${exponent}`)
}
