// Addresses that stand for memory without a place: while launches are taken down, each region has a range of numbers of its own, far beyond all
// addresses, in which sums with sizes and strides stay exact.
import { FIRST_STAND_IN } from '../backends/wasm/launch-recorder.ts'
import type { DTypeFacts, ElementArray } from '../core/dtype.ts'
import type { Device, Storage } from '../core/storage.ts'

/** Farther apart than addresses in 32 bits, forwards and backwards. */
const APART = 2 ** 36

/** The first address of a region. */
export const standIn = (region: number): number => FIRST_STAND_IN + region * APART

/** The region that a word points into, and how far; null of a word that is no stand-in. */
export function regionOf(word: number): { readonly region: number; readonly offset: number } | null {
  if (word < FIRST_STAND_IN - APART / 2) return null
  const region = Math.round((word - FIRST_STAND_IN) / APART)
  return { region, offset: word - standIn(region) }
}

/** Thrown where a program looks at contents, of which there are none while it is taken down. */
export class LooksAtContents extends Error {}

/** Memory without a place. */
export class StandInStorage {
  readonly type: DTypeFacts
  readonly length: number
  readonly address: number
  readonly block = 0
  readonly share = null
  version = 0
  changedBy: string | null = null

  constructor(type: DTypeFacts, length: number, region: number) {
    this.type = type
    this.length = length
    this.address = standIn(region)
  }

  get data(): ElementArray {
    throw new LooksAtContents()
  }

  get device(): Device {
    return 'cpu'
  }
}

/** As operations see it, which ask for addresses alone. */
export const standInStorage = (type: DTypeFacts, length: number, region: number): Storage =>
  new StandInStorage(type, length, region) as unknown as Storage
