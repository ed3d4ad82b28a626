// Networks to draw: that of the digits example on one batch, and deep ones with as many boxes as wanted.
import { manualSeed, nn, rand, randint, randn, type Tensor } from 'wengert'
import type { NamedTensors } from 'wengert/viz'
import { LeNet } from '../../examples/digits/model.ts'

export interface Network {
  readonly loss: Tensor
  readonly params: NamedTensors
}

export function digits(batch = 8): Network {
  manualSeed(0)
  const model = new LeNet()
  const scores = model.forward(rand([batch, 1, 28, 28]))
  return { loss: nn.functional.crossEntropy(scores, randint(10, [batch])), params: model.namedParameters() }
}

class Block extends nn.Module {
  readonly inner = new nn.Linear(8, 8)
  readonly outer = new nn.Linear(8, 8)

  forward(x: Tensor): Tensor {
    return x.add(this.outer.forward(this.inner.forward(x).tanh()))
  }
}

/** A residual network; each block has twelve boxes. */
export function deepNetwork(blocks: number): Network {
  manualSeed(0)
  const model = new nn.Sequential(...Array.from({ length: blocks }, () => new Block()))
  return {
    loss: model
      .forward(randn([4, 8]))
      .square()
      .mean(),
    params: model.namedParameters(),
  }
}
