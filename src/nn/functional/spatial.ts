// Convolution, pooling and padding, with shapes in their types where sizes are simple.
import type { DType } from '../../core/dtype.ts'
import { ShapeError } from '../../core/errors.ts'
import { printShape, type Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import * as spatial from '../../tensor/operations/spatial.ts'
import type { OptionsOf } from '../../tensor/signatures.ts'
import type { Tensor } from '../../tensor/tensor.ts'

