// A digit one pixel further left is still the same digit: each batch is moved by up to one pixel, so that the network learns that.
import { nn, randint, type Tensor } from 'wengert'
import { side } from './data.ts'

type Images = Tensor<[number, 1, 28, 28], 'float32'>

export function moveRandomly(images: Images): Images {
  const framed = nn.functional.pad(images, [1, 1, 1, 1])
  const [down, right] = [randint(3, [1]).item(), randint(3, [1]).item()]
  return framed.narrow(2, down, side).narrow(3, right, side)
}
