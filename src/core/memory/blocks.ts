// Which part of the heap is free. Two-level segregated fit: free blocks are listed by size, eight classes to each power of two, most
// recently freed first; neighbours that are free become one. Every step is O(1). Sizes and places are counted in cache lines, the
// bookkeeping stands outside the heap, and nothing here knows who uses a block.

/** A cache line in bytes: what blocks start at and consist of. */
export const LINE = 64
const SUBCLASS_BITS = 3
const SUBCLASSES = 1 << SUBCLASS_BITS
const CLASSES = 24 * SUBCLASSES

// What is known of a block, by its number: five words.
const AT = 0
const SIZE = 1
/** Its neighbours in memory; 0 for none. */
const BELOW = 2
const ABOVE = 3
/** Its class's list: the block after it, or USED. For a number that stands for no block: the next such number. */
const NEXT = 4
const PREVIOUS = 5
const FIELDS = 6
const USED = -1

let table = /*@__PURE__*/ new Int32Array(256 * FIELDS)
/** Numbers given out so far; 0 is none. */
let numbers = 1
/** A number that is free to be given out again. */
let spare = 0
/** First free block of each class. */
const heads = /*@__PURE__*/ new Int32Array(CLASSES)
/** Which classes have one, 32 to a word. */
const present = /*@__PURE__*/ new Int32Array(CLASSES >> 5)
/** The block that ends where memory was never handed out. */
let last = 0
/** Where kernels' arguments are, and how many words of them there is room for: a place of their own, so that a full heap has it, too. */
export const ARGUMENTS_AT: number = LINE
export const ARGUMENT_WORDS = 1024
/** Below, nothing is handed out, so that the address 0 can say "none". */
const FIRST = 1 + (4 * ARGUMENT_WORDS) / LINE
/** First line that was never handed out. */
let top = FIRST

/** Lines in blocks that are in use. */
export let usedLines = 0
/** Blocks that are in use. */
export let usedBlocks = 0

/** Lines handed out so far: the pool's size. */
export const pooledLines = (): number => top - FIRST
/** One more than the highest number of a block. */
export const blockCount = (): number => numbers
/** Where a block starts, in lines. */
export const placeOf = (block: number): number => table[block * FIELDS + AT] as number
/** How long it is, in lines. */
export const linesOf = (block: number): number => table[block * FIELDS + SIZE] as number

/** How many lines a block for `bytes` has: the size of a class, at most an eighth more than asked for. */
export function linesFor(bytes: number): number {
  const lines = Math.max(1, Math.ceil(bytes / LINE))
  const unit = 28 - Math.clz32(lines)
  return unit <= 0 ? lines : ((lines + (1 << unit) - 1) >>> unit) << unit
}

/** The class whose blocks have at least so many lines, fewer than the next one's. */
function classOf(lines: number): number {
  const exponent = 31 - Math.clz32(lines)
  return exponent < SUBCLASS_BITS
    ? lines
    : ((exponent - SUBCLASS_BITS + 1) << SUBCLASS_BITS) | ((lines >>> (exponent - SUBCLASS_BITS)) & (SUBCLASSES - 1))
}

function numbered(at: number, size: number, below: number, above: number): number {
  let block = spare
  if (block !== 0) spare = table[block * FIELDS + NEXT] as number
  else {
    block = numbers++
    if (numbers * FIELDS > table.length) {
      const larger = new Int32Array(table.length * 2)
      larger.set(table)
      table = larger
    }
  }
  const entry = block * FIELDS
  table[entry + AT] = at
  table[entry + SIZE] = size
  table[entry + BELOW] = below
  table[entry + ABOVE] = above
  table[entry + NEXT] = USED
  return block
}

function forget(block: number): void {
  table[block * FIELDS + NEXT] = spare
  table[block * FIELDS + SIZE] = 0
  spare = block
}

function list(block: number): void {
  const entry = block * FIELDS
  const at = classOf(table[entry + SIZE] as number)
  const head = heads[at] as number
  table[entry + NEXT] = head
  table[entry + PREVIOUS] = 0
  if (head !== 0) table[head * FIELDS + PREVIOUS] = block
  else present[at >> 5] = (present[at >> 5] as number) | (1 << (at & 31))
  heads[at] = block
}

function unlist(block: number): void {
  const entry = block * FIELDS
  const next = table[entry + NEXT] as number
  const previous = table[entry + PREVIOUS] as number
  if (next !== 0) table[next * FIELDS + PREVIOUS] = previous
  if (previous !== 0) table[previous * FIELDS + NEXT] = next
  else {
    const at = classOf(table[entry + SIZE] as number)
    heads[at] = next
    if (next === 0) present[at >> 5] = (present[at >> 5] as number) & ~(1 << (at & 31))
  }
  table[entry + NEXT] = USED
}

/** The first free block of the class `from` or of one above it; 0 where there is none. */
function findFrom(from: number): number {
  let word = from >> 5
  let bits = (present[word] as number) & (-1 << (from & 31))
  while (bits === 0) {
    if (++word === present.length) return 0
    bits = present[word] as number
  }
  return heads[(word << 5) | (31 - Math.clz32(bits & -bits))] as number
}

/** Cuts a block that is in no list down to `lines`; what is left over is free, unless it is a sliver. */
function trim(block: number, lines: number): void {
  const entry = block * FIELDS
  const rest = (table[entry + SIZE] as number) - lines
  if (rest === 0 || rest < lines >>> 4) return
  const above = table[entry + ABOVE] as number
  const left = numbered((table[entry + AT] as number) + lines, rest, block, above)
  table[entry + SIZE] = lines
  table[entry + ABOVE] = left
  if (above !== 0) table[above * FIELDS + BELOW] = left
  else last = left
  list(left)
}

/** Puts a block into use that has as many lines as `linesFor` says, from what is free; 0 where nothing fits. */
export function takeFree(lines: number): number {
  const block = findFrom(classOf(lines))
  if (block === 0) return 0
  unlist(block)
  trim(block, lines)
  usedLines += linesOf(block)
  usedBlocks++
  return block
}

/** Where a block would end that is taken from the end of the pool. */
export const endOfNew = (lines: number): number => (isFreeAtEnd() ? placeOf(last) : top) + lines

const isFreeAtEnd = (): boolean => last !== 0 && table[last * FIELDS + NEXT] !== USED

/** Puts a block at the end of the pool into use, which grows. */
export function takeNew(lines: number): number {
  let block = last
  if (isFreeAtEnd()) {
    unlist(block)
    table[block * FIELDS + SIZE] = lines
  } else {
    block = numbered(top, lines, last, 0)
    if (last !== 0) table[last * FIELDS + ABOVE] = block
    last = block
  }
  top = placeOf(block) + lines
  usedLines += lines
  usedBlocks++
  return block
}

/** Joins a block with the one above it. */
function join(block: number, above: number): void {
  const entry = block * FIELDS
  const beyond = table[above * FIELDS + ABOVE] as number
  table[entry + SIZE] = (table[entry + SIZE] as number) + (table[above * FIELDS + SIZE] as number)
  table[entry + ABOVE] = beyond
  if (beyond !== 0) table[beyond * FIELDS + BELOW] = block
  else last = block
  forget(above)
}

/** Frees a block. */
export function free(block: number): void {
  let joined = block
  const entry = block * FIELDS
  usedLines -= table[entry + SIZE] as number
  usedBlocks--
  const above = table[entry + ABOVE] as number
  if (above !== 0 && table[above * FIELDS + NEXT] !== USED) {
    unlist(above)
    join(block, above)
  }
  const below = table[entry + BELOW] as number
  if (below !== 0 && table[below * FIELDS + NEXT] !== USED) {
    unlist(below)
    join(below, block)
    joined = below
  }
  list(joined)
}
