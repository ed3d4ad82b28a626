// Arithmetic on literal sizes in the type system: long addition and multiplication on reversed decimal digits, by table.
// (Counting with tuples costs an instantiation for each element, and ends at 10,000.) It must not know tensors.
// A size that is not a literal (`number`) makes the result `number`.

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'
type Reverse<T extends string, R extends string = ''> = T extends `${infer H}${infer U}` ? Reverse<U, `${H}${R}`> : R
// Leading zeros go, so that '07' is 7.
type Numeral<T extends string> = T extends `0${infer U}` ? (U extends '' ? 0 : Numeral<U>) : T extends `${infer N extends number}` ? N : 0

// biome-ignore format: a table
interface Sum {
  '0': { '0': '0'; '1': '1'; '2': '2'; '3': '3'; '4': '4'; '5': '5'; '6': '6'; '7': '7'; '8': '8'; '9': '9' }
  '1': { '0': '1'; '1': '2'; '2': '3'; '3': '4'; '4': '5'; '5': '6'; '6': '7'; '7': '8'; '8': '9'; '9': '0' }
  '2': { '0': '2'; '1': '3'; '2': '4'; '3': '5'; '4': '6'; '5': '7'; '6': '8'; '7': '9'; '8': '0'; '9': '1' }
  '3': { '0': '3'; '1': '4'; '2': '5'; '3': '6'; '4': '7'; '5': '8'; '6': '9'; '7': '0'; '8': '1'; '9': '2' }
  '4': { '0': '4'; '1': '5'; '2': '6'; '3': '7'; '4': '8'; '5': '9'; '6': '0'; '7': '1'; '8': '2'; '9': '3' }
  '5': { '0': '5'; '1': '6'; '2': '7'; '3': '8'; '4': '9'; '5': '0'; '6': '1'; '7': '2'; '8': '3'; '9': '4' }
  '6': { '0': '6'; '1': '7'; '2': '8'; '3': '9'; '4': '0'; '5': '1'; '6': '2'; '7': '3'; '8': '4'; '9': '5' }
  '7': { '0': '7'; '1': '8'; '2': '9'; '3': '0'; '4': '1'; '5': '2'; '6': '3'; '7': '4'; '8': '5'; '9': '6' }
  '8': { '0': '8'; '1': '9'; '2': '0'; '3': '1'; '4': '2'; '5': '3'; '6': '4'; '7': '5'; '8': '6'; '9': '7' }
  '9': { '0': '9'; '1': '0'; '2': '1'; '3': '2'; '4': '3'; '5': '4'; '6': '5'; '7': '6'; '8': '7'; '9': '8' }
}
// biome-ignore format: a table
interface SumCarry {
  '0': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '0'; '5': '0'; '6': '0'; '7': '0'; '8': '0'; '9': '0' }
  '1': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '0'; '5': '0'; '6': '0'; '7': '0'; '8': '0'; '9': '1' }
  '2': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '0'; '5': '0'; '6': '0'; '7': '0'; '8': '1'; '9': '1' }
  '3': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '0'; '5': '0'; '6': '0'; '7': '1'; '8': '1'; '9': '1' }
  '4': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '0'; '5': '0'; '6': '1'; '7': '1'; '8': '1'; '9': '1' }
  '5': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '0'; '5': '1'; '6': '1'; '7': '1'; '8': '1'; '9': '1' }
  '6': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '1'; '5': '1'; '6': '1'; '7': '1'; '8': '1'; '9': '1' }
  '7': { '0': '0'; '1': '0'; '2': '0'; '3': '1'; '4': '1'; '5': '1'; '6': '1'; '7': '1'; '8': '1'; '9': '1' }
  '8': { '0': '0'; '1': '0'; '2': '1'; '3': '1'; '4': '1'; '5': '1'; '6': '1'; '7': '1'; '8': '1'; '9': '1' }
  '9': { '0': '0'; '1': '1'; '2': '1'; '3': '1'; '4': '1'; '5': '1'; '6': '1'; '7': '1'; '8': '1'; '9': '1' }
}
// biome-ignore format: a table
interface Product {
  '0': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '0'; '5': '0'; '6': '0'; '7': '0'; '8': '0'; '9': '0' }
  '1': { '0': '0'; '1': '1'; '2': '2'; '3': '3'; '4': '4'; '5': '5'; '6': '6'; '7': '7'; '8': '8'; '9': '9' }
  '2': { '0': '0'; '1': '2'; '2': '4'; '3': '6'; '4': '8'; '5': '0'; '6': '2'; '7': '4'; '8': '6'; '9': '8' }
  '3': { '0': '0'; '1': '3'; '2': '6'; '3': '9'; '4': '2'; '5': '5'; '6': '8'; '7': '1'; '8': '4'; '9': '7' }
  '4': { '0': '0'; '1': '4'; '2': '8'; '3': '2'; '4': '6'; '5': '0'; '6': '4'; '7': '8'; '8': '2'; '9': '6' }
  '5': { '0': '0'; '1': '5'; '2': '0'; '3': '5'; '4': '0'; '5': '5'; '6': '0'; '7': '5'; '8': '0'; '9': '5' }
  '6': { '0': '0'; '1': '6'; '2': '2'; '3': '8'; '4': '4'; '5': '0'; '6': '6'; '7': '2'; '8': '8'; '9': '4' }
  '7': { '0': '0'; '1': '7'; '2': '4'; '3': '1'; '4': '8'; '5': '5'; '6': '2'; '7': '9'; '8': '6'; '9': '3' }
  '8': { '0': '0'; '1': '8'; '2': '6'; '3': '4'; '4': '2'; '5': '0'; '6': '8'; '7': '6'; '8': '4'; '9': '2' }
  '9': { '0': '0'; '1': '9'; '2': '8'; '3': '7'; '4': '6'; '5': '5'; '6': '4'; '7': '3'; '8': '2'; '9': '1' }
}
// biome-ignore format: a table
interface ProductCarry {
  '0': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '0'; '5': '0'; '6': '0'; '7': '0'; '8': '0'; '9': '0' }
  '1': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '0'; '5': '0'; '6': '0'; '7': '0'; '8': '0'; '9': '0' }
  '2': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '0'; '5': '1'; '6': '1'; '7': '1'; '8': '1'; '9': '1' }
  '3': { '0': '0'; '1': '0'; '2': '0'; '3': '0'; '4': '1'; '5': '1'; '6': '1'; '7': '2'; '8': '2'; '9': '2' }
  '4': { '0': '0'; '1': '0'; '2': '0'; '3': '1'; '4': '1'; '5': '2'; '6': '2'; '7': '2'; '8': '3'; '9': '3' }
  '5': { '0': '0'; '1': '0'; '2': '1'; '3': '1'; '4': '2'; '5': '2'; '6': '3'; '7': '3'; '8': '4'; '9': '4' }
  '6': { '0': '0'; '1': '0'; '2': '1'; '3': '1'; '4': '2'; '5': '3'; '6': '3'; '7': '4'; '8': '4'; '9': '5' }
  '7': { '0': '0'; '1': '0'; '2': '1'; '3': '2'; '4': '2'; '5': '3'; '6': '4'; '7': '4'; '8': '5'; '9': '6' }
  '8': { '0': '0'; '1': '0'; '2': '1'; '3': '2'; '4': '3'; '5': '4'; '6': '4'; '7': '5'; '8': '6'; '9': '7' }
  '9': { '0': '0'; '1': '0'; '2': '1'; '3': '2'; '4': '3'; '5': '4'; '6': '5'; '7': '6'; '8': '7'; '9': '8' }
}

// A·D + B + C, digit by digit from the lowest, where C is the carry coming in; R is what is done.
type Row<
  A extends string,
  D extends Digit,
  B extends string,
  C extends Digit = '0',
  R extends string = '',
> = A extends `${infer X extends Digit}${infer A1}`
  ? B extends `${infer Y extends Digit}${infer B1}`
    ? Column<A1, D, B1, R, Product[X][D], ProductCarry[X][D], Y, C>
    : Column<A1, D, '', R, Product[X][D], ProductCarry[X][D], '0', C>
  : B extends `${infer Y extends Digit}${infer B1}`
    ? Column<'', D, B1, R, '0', '0', Y, C>
    : C extends '0'
      ? R
      : `${R}${C}`
// One column: H L = X·D; S = L + Y; the digit is S + C, and what is carried H and the carries of both sums.
type Column<
  A extends string,
  D extends Digit,
  B extends string,
  R extends string,
  L extends Digit,
  H extends Digit,
  Y extends Digit,
  C extends Digit,
  S extends Digit = Sum[L][Y],
> = Row<A, D, B, Sum[Sum[H][SumCarry[L][Y]]][SumCarry[S][C]], `${R}${Sum[S][C]}`>

// A·B, one row for each digit of B; Acc is what the rows so far add up to, from the current digit on.
type Rows<
  A extends string,
  B extends string,
  Acc extends string = '',
  R extends string = '',
> = B extends `${infer D extends Digit}${infer B1}`
  ? Row<A, D, Acc> extends `${infer U}${infer T}`
    ? Rows<A, B1, T, `${R}${U}`>
    : '0'
  : `${R}${Acc}`

/** A × B. */
export type Multiply<A extends number, B extends number> = A extends 1
  ? B
  : B extends 1
    ? A
    : number extends A | B
      ? number
      : Numeral<Reverse<Rows<Reverse<`${A}`>, Reverse<`${B}`>>>>

/** A + B. */
export type Add<A extends number, B extends number> = number extends A | B
  ? number
  : Numeral<Reverse<Row<Reverse<`${A}`>, '1', Reverse<`${B}`>>>>

type Nines = { '0': '9'; '1': '8'; '2': '7'; '3': '6'; '4': '5'; '5': '4'; '6': '3'; '7': '2'; '8': '1'; '9': '0' }
// A − B as A plus the nines' complement of B plus 1; null where it is negative.
type Difference<
  A extends string,
  B extends string,
  C extends Digit = '1',
  R extends string = '',
> = A extends `${infer X extends Digit}${infer A1}`
  ? B extends `${infer Y extends Digit}${infer B1}`
    ? Borrow<A1, B1, R, X, Nines[Y], C>
    : Borrow<A1, '', R, X, '9', C>
  : B extends ''
    ? C extends '1'
      ? R
      : null
    : null
type Borrow<
  A extends string,
  B extends string,
  R extends string,
  X extends Digit,
  Y extends Digit,
  C extends Digit,
  S extends Digit = Sum[X][Y],
> = Difference<A, B, Sum[SumCarry[X][Y]][SumCarry[S][C]], `${R}${Sum[S][C]}`>
// Long division: how often B goes into R, and what remains; then the next digit of A comes down.
type Goes<R extends string, B extends string, N extends 0[] = []> =
  Difference<R, B> extends infer D extends string ? Goes<D, B, [...N, 0]> : [N['length'], R]
type LongDivision<A extends string, B extends string, R extends string = '', Q extends string = ''> = A extends `${infer D}${infer U}`
  ? Goes<`${D}${R}`, B> extends [infer N extends number, infer R1 extends string]
    ? LongDivision<U, B, R1, `${Q}${N}`>
    : never
  : [Numeral<Q>, Numeral<Reverse<R>>]

/** A − B; null where that is negative. */
export type Subtract<A extends number, B extends number> = number extends A | B
  ? number
  : Difference<Reverse<`${A}`>, Reverse<`${B}`>> extends infer D extends string
    ? Numeral<Reverse<D>>
    : null

/** The largest integer not above A / B, and what remains. */
export type DivideWithRest<A extends number, B extends number> = B extends 1
  ? [A, 0]
  : number extends A | B
    ? [number, number]
    : B extends 0
      ? [number, number]
      : LongDivision<`${A}`, Reverse<`${B}`>>

/** The product of a list of sizes. */
export type ProductOf<S extends readonly number[], R extends number = 1> = S extends readonly [
  infer H extends number,
  ...infer T extends number[],
]
  ? ProductOf<T, Multiply<R, H>>
  : R
