// A digit one pixel further left is still the same digit: each batch is moved by up to one pixel, so that the network learns that.
import { nn, randint, slice, type Tensor } from 'wengert'
import { side } from './data.ts'

type Images = Tensor<[number, 1, 28, 28], 'float32'>

export function moveRandomly(images: Images): Images {
  const [down, right] = randint(0, 3, [2]).toTypedArray() as unknown as [number, number]
  const framed = nn.functional.pad(images, [1, 1, 1, 1])
  return framed.at('...', slice(down, down + side), slice(right, right + side)).expect([null, 1, 28, 28])
}
