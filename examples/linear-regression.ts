// Linear regression with the training loop written by hand: npm run example examples/linear-regression.ts
import { manualSeed, noGrad, randn, type Tensor, tensor } from 'wengert'

type Float = Tensor<number[], 'float32' | 'float64'>

export interface Regression {
  readonly x: Float
  readonly y: Float
  readonly w: Float
  readonly b: Float
}

/** Fits y ≈ x @ w + b by 101 full-batch steps of gradient descent on Σ(error²); returns the loss before each step. */
export function train({ x, y, w, b }: Regression, lr = 3e-4, report: (epoch: number, loss: number) => void = () => {}): number[] {
  const parameters = [w, b]
  const losses: number[] = []
  for (let epoch = 0; epoch <= 100; epoch++) {
    for (const parameter of parameters) parameter.grad = null

    const prediction = x.matmul(w).add(b)
    const loss = prediction.sub(y).square().sum()
    loss.backward()

    noGrad(() => {
      for (const parameter of parameters) parameter.sub_(parameter.grad!.mul(lr))
    })
    losses.push(loss.item())
    report(epoch, loss.item())
  }
  return losses
}

if (import.meta.main) {
  manualSeed(0)
  const x = randn([100, 3])
  const y = x.mul(tensor([6, 4, 2])).sub(3)
  const w = randn([3, 3], { requiresGrad: true })
  const b = randn([3], { requiresGrad: true })

  train({ x, y, w, b }, 3e-4, (epoch, loss) => {
    if (epoch % 10 === 0) console.log(`epoch-${epoch}  loss: ${loss.toFixed(4)}`)
  })
}
