// The class of tensors: shape and dtype as types, gradients, conversion, reading. Its other methods are declared in methods/:
// see Note [Methods]. It may know everything below it; nothing below knows it, except through installConstructor.
// Shape and dtype stand in fields only, and methods take them from `this`: see Note [Shapes in types].

import * as tape from '../autograd/index.ts'
import type { DType } from '../core/dtype.ts'
import { isFloating } from '../core/dtype.ts'
import { GradError, IndexError, OptionError, ShapeError } from '../core/errors.ts'
import { inspect } from '../core/printed.ts'
import { isDense, normalizeDim } from '../core/shape.ts'
import { installConstructor, Value } from '../core/value.ts'
import { levelOf } from '../primitives/levels.ts'
import * as P from '../primitives/operations.ts'
import type { GraphNode } from './autograd/graph-node.ts'
import type { Element, ElementArrayOf, Nested } from './dtype-types.ts'
import { format } from './format.ts'
import * as operations from './operations/index.ts'
import type { Expected, Frozen, Shape, Sizes } from './shape-types.ts'
import { type OptionReader, optionReader } from './signature-reader.ts'
import type { OptionsOf } from './signatures.ts'

const brand: typeof P.TENSOR_BRAND = P.TENSOR_BRAND
const signatures = {
  backward:
    'input: tensor, gradient: tensor | null = null, *, retainGraph: boolean | null = null, createGraph: boolean = false, inputs: tensors | null = null',
  requiresGrad_: 'input: tensor, *, requiresGrad: boolean = true',
} as const
const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)

/** Options of `tensor.backward()`. */
export interface TensorBackwardOptions {
  /** The gradient of the tensor itself, of its shape (default 1, for one element). */
  gradient?: Tensor | null | undefined
  /** Keeps what the graph saved, so that backward can run again (default: the value of createGraph). */
  retainGraph?: boolean | undefined
  /** Records the backward pass itself, for derivatives of derivatives (default false). */
  createGraph?: boolean | undefined
  /** Accumulates into these only (default: all leaves). */
  inputs?: readonly Tensor[] | undefined
}

// A conditional type here would make Tensor invariant in its shape; this one keeps the number of dims.
type AnySizes<S extends Shape> = { -readonly [I in keyof S]: number }

/** What `to` may be given, and the dtype that follows from it. */
export type Target = DType | 'cpu' | Tensor
type Converted<T, D extends DType> = T extends DType ? T : T extends Tensor<any, infer E> ? E : D

/**
 * An array of numbers of one dtype, with any number of dims, that remembers how it was computed.
 *
 * `Tensor<[32, 784], 'float32'>` carries its shape and dtype as types, so that the editor sees what does not fit. A size known only at
 * run time is `number`; plain `Tensor` accepts everything.
 *
 * @example
 * ```ts
 * import { tensor } from 'wengert'
 * const x = tensor([[1, 2], [3, 4]], { requiresGrad: true })
 * const y = x.mul(x).sum()
 * y.backward()
 * console.log(y.item(), x.grad?.toArray()) // 30 [ [ 2, 4 ], [ 6, 8 ] ]
 * ```
 */
export class Tensor<S extends Shape = any, D extends DType = any> extends Value {
  /** Sizes of the dims. */
  declare readonly shape: Frozen<S>

  /** Element type. */
  override get dtype(): D {
    return this.storage.type.name as D // the type parameter states what the storage holds
  }

  /** @internal */
  get [brand](): true {
    return true
  }

  // ── Shape ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Number of dims. */
  get ndim(): number {
    return this.shape.length
  }

  /** Number of dims. */
  dim(): number {
    return this.shape.length
  }

  /** Sizes of the dims, as a copy, or the size of one. */
  size(): number[]
  size(dim: number): number
  size(dim?: number): number | number[] {
    if (dim === undefined) return [...(this.shape as Shape)]
    if (this.shape.length === 0) throw new IndexError(`size: a 0-d tensor has no dim ${dim}. Its numel() is 1.`)
    return this.shape[normalizeDim('size', dim, this.shape.length)] as number
  }

  /** Number of elements: Π shape. */
  numel(): number {
    return this.elementCount
  }

  /** Steps between neighbours along each dim, or along one, in elements. */
  stride(): number[]
  stride(dim: number): number
  stride(dim?: number): number | number[] {
    return dim === undefined ? [...this.strides] : (this.strides[normalizeDim('stride', dim, this.strides.length)] as number)
  }

  /** Position of the first element in the memory that views share. */
  storageOffset(): number {
    return this.offset
  }

  /** Whether elements lie in memory in their order, without gaps. */
  isContiguous(): boolean {
    return isDense(this.shape, this.strides)
  }

  /** This tensor if it is contiguous, else a copy that is. */
  contiguous<A extends Shape, E extends DType>(this: Tensor<A, E>): Tensor<A, E>
  contiguous(): Value {
    return operations.contiguous(this)
  }

  /**
   * This tensor with a type that names its sizes, after a check; null stands for any size.
   *
   * @throws ShapeError if the shape is another one.
   * @example
   * ```ts
   * import { type Tensor, zeros } from 'wengert'
   * const batch: Tensor = zeros([32, 784])
   * const typed = batch.expect([null, 784]) // Tensor<[number, 784]>
   * console.log(typed.shape) // [ 32, 784 ]
   * ```
   */
  expect<E extends DType, const T extends readonly (number | null)[]>(this: Tensor<any, E>, shape: T): Tensor<Expected<T>, E>
  expect(shape: readonly (number | null)[]): Value {
    const fits = shape.length === this.shape.length && shape.every((size, i) => size === null || size === this.shape[i])
    if (fits) return this
    const wanted = shape.map((size) => size ?? 'any').join(', ')
    throw new ShapeError(`expect: the shape is [${this.shape.join(', ')}], not [${wanted}]. Reshape it, or look for where it was made.`)
  }

  // ── Gradients ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Whether operations on this tensor are recorded for `backward()`. */
  get requiresGrad(): boolean {
    return tape.requiresGrad(this)
  }

  set requiresGrad(wanted: boolean) {
    tape.setRequiresGrad(this, wanted)
  }

  /** Records operations on this tensor from now on, or, with `{ requiresGrad: false }`, no longer; only leaves can change. */
  requiresGrad_(options?: { requiresGrad?: boolean | undefined }): this {
    tape.setRequiresGrad(this, readOptions('requiresGrad_', options).requiresGrad)
    return this
  }

  /** The gradient that `backward()` has added up here, or null. */
  get grad(): Tensor<S, D> | null {
    return tape.gradientOf(this) as Tensor<S, D> | null // a gradient has the shape and dtype of its tensor
  }

  set grad(gradient: Tensor<S, D> | null) {
    tape.setGradient(this, gradient)
  }

  /** The recorded operation that made this tensor; null for leaves. */
  get gradFn(): GraphNode | null {
    return tape.gradFn(this) as GraphNode | null // the same object, in terms of tensors
  }

  /** Whether no recorded operation made this tensor. */
  get isLeaf(): boolean {
    return tape.isLeaf(this)
  }

  /** Keeps the gradient of this result, which is no leaf, for reading after `backward()`. */
  retainGrad(): void {
    tape.retainGrad(this)
  }

  /** Whether `retainGrad` was called on this result. */
  get retainsGrad(): boolean {
    return tape.retainsGrad(this)
  }

  /**
   * Calls a hook with the gradient of this tensor in each backward, when it is complete; what the hook returns takes its place.
   *
   * @throws GradError if the tensor requires no gradient, and in backward if the hook returns another shape or dtype.
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * const x = tensor([1, 2], { requiresGrad: true })
   * const handle = x.registerHook((gradient) => gradient.mul(10))
   * x.mul(3).sum().backward()
   * handle.remove()
   * console.log(x.grad?.toArray()) // [ 30, 30 ]
   * ```
   */
  registerHook<A extends Shape, E extends DType>(
    this: Tensor<A, E>,
    // biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
    hook: (gradient: Tensor<A, E>) => Tensor | null | undefined | void,
  ): tape.HookHandle {
    return tape.registerTensorHook(this, hook as tape.TensorHook)
  }

  /** Calls a hook with this leaf in each backward, after its gradient was added to `grad`. */
  registerPostAccumulateGradHook<A extends Shape, E extends DType>(
    this: Tensor<A, E>,
    hook: (leaf: Tensor<A, E>) => void,
  ): tape.HookHandle {
    return tape.registerPostAccumulateGradHook(this, hook as (leaf: Value) => void)
  }

  /** How often the memory of this tensor was changed in place; views share the count. */
  get _version(): number {
    if (this.isInference()) throw new GradError('_version: a tensor made in inferenceMode has no version. Use its clone().')
    return this.storage.version
  }

  /** Whether this tensor was made in `inferenceMode`. */
  isInference(): boolean {
    return this.storage.version < 0
  }

  /**
   * Computes the derivatives of this tensor with respect to all leaves that it comes from, and adds them to their `grad`.
   *
   * @param gradient Derivative of what is wanted with respect to this tensor; may be left out for one element (then 1).
   * @throws GradError if nothing required a gradient, or the graph was walked already without `retainGraph`.
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * const x = tensor(3, { requiresGrad: true })
   * x.pow(2).backward()
   * console.log(x.grad?.item()) // 6
   * ```
   */
  backward(gradient?: Tensor | null | TensorBackwardOptions, options?: TensorBackwardOptions): void {
    const given = readOptions('backward', gradient, options)
    const { createGraph, retainGraph, inputs } = given
    tape.backward([this], [given.gradient], {
      createGraph,
      ...(retainGraph === null ? {} : { retainGraph }),
      ...(inputs === null ? {} : { inputs }),
    })
  }

  /** The same elements without history: a view that shares memory and requires no gradient. */
  detach<A extends Shape, E extends DType>(this: Tensor<A, E>): Tensor<A, E>
  detach(): Value {
    return tape.detach(this)
  }

  /** Cuts this tensor off its history; it becomes a leaf. */
  detach_(): this {
    tape.detach_(this)
    return this
  }

  /** A matrix transposed, as a view; a vector stays. */
  get T(): Tensor<AnySizes<S>, D> {
    return operations.t(this) as Tensor<AnySizes<S>, D> // transposing keeps rank and dtype
  }

  /** The last two dims swapped, as a view. */
  get mT(): Tensor<AnySizes<S>, D> {
    return operations.matrixTranspose(this) as Tensor<AnySizes<S>, D>
  }

  // ── Copies and conversions ──────────────────────────────────────────────────────────────────────────────────────

  /** A copy of its own, with the same history. */
  clone<A extends Shape, E extends DType>(this: Tensor<A, E>): Tensor<A, E>
  clone(): Value {
    return operations.clone(this)
  }

  /**
   * The tensor in another dtype, in the dtype of another tensor, or on a device; itself where nothing changes.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([1.7, -1.7]).to('int32').toArray()) // [ 1, -1 ]
   * ```
   */
  to<A extends Shape, E extends DType, const T extends Target>(this: Tensor<A, E>, target: T): Tensor<A, Converted<T, E>>
  to(target: DType | 'cpu' | Value): Value {
    return operations.to(this, target)
  }

  /** As float32. */
  float<A extends Shape>(this: Tensor<A>): Tensor<A, 'float32'>
  float(): Value {
    return operations.to(this, 'float32')
  }

  /** As float64. */
  double<A extends Shape>(this: Tensor<A>): Tensor<A, 'float64'>
  double(): Value {
    return operations.to(this, 'float64')
  }

  /** As int32, cut off towards 0. */
  int<A extends Shape>(this: Tensor<A>): Tensor<A, 'int32'>
  int(): Value {
    return operations.to(this, 'int32')
  }

  /** As bool: whether an element is not 0. */
  bool<A extends Shape>(this: Tensor<A>): Tensor<A, 'bool'>
  bool(): Value {
    return operations.to(this, 'bool')
  }

  /** Whether the dtype is float32 or float64. */
  isFloatingPoint(): boolean {
    return isFloating(this.dtype)
  }

  /** Zeros of this dtype. */
  newZeros<E extends DType, const T extends Shape>(
    this: Tensor<any, E>,
    shape: T,
    options?: OptionsOf<'zeros'> & { dtype?: undefined },
  ): Tensor<Sizes<T>, E>
  newZeros(shape: Shape, options?: OptionsOf<'zeros'>): Value {
    return operations.newZeros(this, shape, options)
  }

  /** Ones of this dtype. */
  newOnes<E extends DType, const T extends Shape>(
    this: Tensor<any, E>,
    shape: T,
    options?: OptionsOf<'ones'> & { dtype?: undefined },
  ): Tensor<Sizes<T>, E>
  newOnes(shape: Shape, options?: OptionsOf<'ones'>): Value {
    return operations.newOnes(this, shape, options)
  }

  /** One value everywhere, of this dtype. */
  newFull<E extends DType, const T extends Shape>(
    this: Tensor<any, E>,
    shape: T,
    fillValue: number | boolean,
    options?: OptionsOf<'full'> & { dtype?: undefined },
  ): Tensor<Sizes<T>, E>
  newFull(shape: Shape, fillValue: number | boolean, options?: OptionsOf<'full'>): Value {
    return operations.newFull(this, shape, fillValue, options)
  }

  // ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * The only element, as a number (of a bool tensor, a boolean).
   *
   * @throws ShapeError if there is not exactly one element.
   */
  item<E extends DType>(this: Tensor<any, E>): Element<E>
  item(): number | boolean {
    return P.item(this)
  }

  /** The elements as nested arrays, copied; a 0-d tensor gives its element. */
  toArray<A extends Shape, E extends DType>(this: Tensor<A, E>): Nested<A, E>
  toArray(): P.Nested {
    return P.toNested(this)
  }

  /** What `JSON.stringify` writes: the elements as nested arrays. JSON has no NaN and no infinities; they become null. */
  toJSON(): P.Nested {
    return P.toNested(this)
  }

  /** The elements in row-major order as a typed array, copied; bool gives 0 and 1 in a Uint8Array. */
  toTypedArray<E extends DType>(this: Tensor<any, E>): ElementArrayOf<E>
  toTypedArray(): ElementArrayOf<DType> {
    return P.toTypedArray(this)
  }

  /** The tensor on the CPU, detached: the one asynchronous way to values, which works on every device. */
  read<A extends Shape, E extends DType>(this: Tensor<A, E>): Promise<Tensor<A, E>>
  read(): Promise<Value> {
    return Promise.resolve(P.copy(tape.detach(this)))
  }

  /** The positions of the first dim, one after the other, as views. */
  *[Symbol.iterator](): IterableIterator<Tensor<any, D>> {
    if (this.shape.length === 0) throw new ShapeError('iteration: a 0-d tensor has no dim to walk along. Use item().')
    const [length] = this.shape as Shape
    for (let i = 0; i < (length as number); i++) yield operations.oneOfSeveral('iteration', P.select(this, 0, i)) as Tensor<any, D> // selecting keeps the dtype
  }

  /** As PyTorch prints it: aligned, and shortened above 1000 elements. */
  override toString(): string {
    return this.lifted === null ? format(this) : `${levelOf(this.lifted).name}(${this.lifted.below})`
  }

  /** @internal */
  [inspect](depth?: unknown, options?: { readonly depth?: unknown }): string {
    const text = this.toString()
    // inside an object the console does not say in which column the text will start: rows align if none of them begins there
    const aligned = depth === options?.depth || !text.startsWith('tensor(') || !text.includes('\n')
    return aligned ? text : text.replace('(', '(\n       ').replaceAll('\n       ', '\n    ')
  }

  /** @internal Strings may be made of tensors; arithmetic with operators may not. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString()
    throw new OptionError(
      'operators do not work on tensors: write a.add(b), a.sub(b), a.mul(b) or a.div(b), and a.item() for the number of a single element.',
    )
  }
}

// A side effect of importing the library: from here on every value is a tensor, and the tape listens behind the door.
installConstructor(Tensor)
tape.installTape()

/**
 * Whether `value` is a tensor, of this or another copy of the library.
 *
 * @example
 * ```ts
 * import { isTensor, zeros } from 'wengert'
 * console.log(isTensor(zeros([2])), isTensor([0, 0])) // true false
 * ```
 */
export const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true
