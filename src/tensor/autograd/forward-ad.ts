// Entry `autograd.forwardAD`: forward mode with dual numbers. The typed front of transforms/forward-ad.ts.
import type { Mode } from '../../autograd/index.ts'
import * as transforms from '../../transforms/index.ts'
import type { Tensor } from '../tensor.ts'

/**
 * Runs a function in which tensors may have tangents; they vanish when it returns. Dual levels do not nest (`func.jvp` does).
 *
 * @example
 * ```ts
 * import { autograd, tensor } from 'wengert'
 * const { dualLevel, makeDual, unpackDual } = autograd.forwardAD
 * dualLevel(() => {
 *   const x = makeDual(tensor(2), tensor(1))
 *   const { primal, tangent } = unpackDual(x.pow(3))
 *   console.log(primal.item(), tangent?.item()) // 8 12
 * })
 * ```
 */
export const dualLevel: Mode = transforms.dualLevel

/** A tensor with a tangent of its shape and dtype. */
export const makeDual = (primal: Tensor, tangent: Tensor): Tensor => transforms.makeDual(primal, tangent) as Tensor // bind makes tensors

/** A tensor and its tangent, which is null where it has none. */
export const unpackDual = (tensor: Tensor): { primal: Tensor; tangent: Tensor | null } =>
  transforms.unpackDual(tensor) as { primal: Tensor; tangent: Tensor | null } // values are tensors once Tensor is installed
